import { closeWorkshop } from "./workshop";

export default closeWorkshop;
