import { openWorkshop } from "./workshop";

export default openWorkshop;
