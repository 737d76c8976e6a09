export { readConfig, type HubConfig } from './hub-config.ts'
export { choiceOr, invalid, numberOr, requiredText, textOr, urlOr, type Environment } from './environment.ts'
