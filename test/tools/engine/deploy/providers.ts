import { randomUUID } from "node:crypto";
import { Host } from "../process/host";
import type { OnLine } from "../process/child";
import type { ProviderClient } from "../rpc/provider-client";
import type { Journal } from "../state/journal";
import type { Project } from "../state/project";
import { newState, type ResourceState } from "../state/resource-state";
import type { ConfigValue } from "../state/stack-config";
import { providerType, providerUrn, type Place } from "./urn";
import { equal, secret, unknown, type Props } from "./values";

const asInputs = (config: Record<string, ConfigValue>): Props =>
  Object.fromEntries(
    Object.entries(config).map(([key, { value, secret: hidden }]) => [key, hidden ? secret(value) : value]),
  );

export interface ProvidersOptions {
  project: Project;
  place: Place;
  config: Record<string, ConfigValue>;
  journal: Journal;
  dryRun: boolean;
}

/**
 * The default provider of dynamic resources: a resource in state that holds the configuration, and the host process
 * that is given it. A run with a program gives it the configuration of today, one without what state holds.
 */
export class Providers {
  private host: Promise<Host> | undefined;
  private begin: (() => Promise<Host>) | undefined;
  private current: ResourceState | undefined;

  constructor(private readonly options: ProvidersOptions) {}

  startWith(engineAddress: string, onLine: OnLine): void {
    this.begin = () => Host.start(this.options.project, engineAddress, this.options.config, onLine);
  }

  /** Puts the provider into this run's state, with the configuration of today. */
  register(): ResourceState {
    if (this.current) return this.current;
    const old = this.stored();
    const inputs = asInputs(this.options.config);
    const kept = old && equal(old.inputs, inputs) ? { inputs: old.inputs, outputs: old.outputs } : undefined;
    const id = old?.id ?? (this.options.dryRun ? unknown : randomUUID());
    const fields = { urn: providerUrn(this.options.place), type: providerType, custom: true, id };
    this.current = newState({ ...fields, ...(kept ?? { inputs, outputs: inputs }) });
    this.options.journal.settle(this.current, old);
    return this.current;
  }

  get registered(): boolean {
    return this.current !== undefined;
  }

  reference(): string {
    const { urn, id } = this.register();
    return `${urn}::${id}`;
  }

  /** The host, configured; with what state holds unless this run has registered the provider. */
  async client(): Promise<ProviderClient> {
    this.host ??= this.start();
    return (await this.host).client;
  }

  async stop(): Promise<void> {
    await (await this.host?.catch(() => undefined))?.stop();
  }

  private stored(): ResourceState | undefined {
    return this.options.journal.base.resources.find(({ urn }) => urn === providerUrn(this.options.place));
  }

  private async start(): Promise<Host> {
    if (!this.begin) throw new Error("no provider can be started before the engine listens");
    const host = await this.begin();
    await host.client.configure((this.current ?? this.stored() ?? this.register()).inputs);
    return host;
  }
}
