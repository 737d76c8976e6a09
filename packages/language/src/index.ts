export { checkLanguage } from './check-language.ts'
export { breakingChanges } from './evolution/breaking-changes.ts'
export { checkSchema } from './check-schema.ts'
export { dataClasses } from './rules/description-rules.ts'
export { generate } from './generate.ts'
export { staleFiles, writeGenerated, type StaleFile } from './generated-files.ts'
export { type AgencyDescription, type EventTypeDescription, type Language, type StreamDescription } from './language.ts'
export { languageFilesIn, readLanguageFiles, type LanguageFiles } from './language-files.ts'
export { LanguageInvalid, problemText, type Finding, type Problem } from './problem.ts'
export { languageOf, readLanguage } from './read-language.ts'
export { planTopics, type PlanOptions, type TopicDifference } from './plan-topics.ts'
export {
  topicSettings,
  topicWishes,
  wantedReplicas,
  type Cluster,
  type PresentTopic,
  type TopicWish,
} from './topic-wish.ts'
