import { describe, expect, it } from 'vitest'
import { event, eventFile, problemsOf, streamYaml } from './small-language.ts'

describe('given a language that is right', () => {
  it('finds no problem', () => {
    expect(problemsOf({})).toEqual([])
  })
})

describe('given a file that is in the wrong place, missing or cannot be read', () => {
  it('asks for the agency.yaml of a folder with streams', () => {
    expect(problemsOf({ 'nav/agency.yaml': undefined })).toEqual([
      'nav/agency.yaml: The file is missing. Write it, with name, organisationNumber, level and contact. (file-missing)',
    ])
  })

  it('asks for the stream.yaml of a folder with event types', () => {
    expect(problemsOf({ 'nav/layoffs/stream.yaml': undefined })).toEqual([
      'nav/layoffs/stream.yaml: The file is missing. Write it, with title, description, contact, subject, partitions, retention, access and keys. (file-missing)',
    ])
  })

  it('recognises a misspelt file name', () => {
    expect(problemsOf({ 'nav/layoffs/stream.yml': streamYaml })).toEqual([
      'nav/layoffs/stream.yml: Nothing reads a file of this name. Did you mean "stream.yaml"? (file-unexpected)',
    ])
  })

  it('sends an event type that lies beside the streams into one', () => {
    expect(problemsOf({ 'nav/layoff-ended.avsc': event() })[0]).toContain(
      'Move the file into a folder <agency>/<stream>/',
    )
  })

  it('says that nothing is read deeper than a stream', () => {
    expect(problemsOf({ 'nav/layoffs/old/layoff-ended.avsc': event() })[0]).toContain(
      'Move the file to <agency>/<stream>/',
    )
  })

  it.each([
    ['{\n  "type": "record",\n  "fields": [],\n}', 'Line 3: There is a comma before the closing }. Take it away.'],
    ['{\n  "type": "record"\n  "fields": []\n}', 'Line 3: A comma is missing before "fields".'],
    ['{\n  "type": "record",\n  // why\n  "fields": []\n}', 'Line 3: JSON knows no comments. Write it in "doc".'],
    ["{\n  'type': 1 }", 'Line 2: JSON knows no single quotes. Write double ones.'],
    ['{\n  "doc": "a",\n  "doc": "b"\n}', 'Line 3: "doc" stands twice in the same object. Take one away.'],
    ['{\n  "doc": "a"\n', 'Line 3: The text ends too early. Close what is open: }, ] or ".'],
    ['{\n  "doc":\n}', 'Line 3: A value is missing before "}". Write one, or take the comma away.'],
    ['{ "doc": "a" }\n}', 'Line 2: The text goes on after its end. Take away what follows the last }.'],
    ['{ "doc" "a" }', 'Line 1: A colon is missing after "doc".'],
    ['{ "fields": [1, 2,] }', 'Line 1: There is a comma before the closing ]. Take it away.'],
    ['{\n  "doc": "a\tb" }', 'Line 2: It is not JSON: Bad control character in string literal.'],
    ['{\n  "size": 01 }', 'Line 2: It is not JSON: Unexpected number.'],
    ['{ "doc": hello }', 'Line 1: "h" cannot stand here. Put text in double quotes.'],
  ])('names the line of what is not JSON: %j', (text, message) => {
    expect(problemsOf({ [eventFile]: text })).toEqual([`${eventFile}: ${message} (syntax)`])
  })

  it('names the line of what is not YAML', () => {
    const [problem] = problemsOf({ 'nav/layoffs/stream.yaml': 'title: Layoffs\ndescription: who: is laid off\n' })
    expect(problem).toMatch(
      /^nav\/layoffs\/stream\.yaml: Line 2: it is not YAML: .+ Put text with : or # in quotes\. \(syntax\)$/,
    )
  })

  it('does not follow YAML aliases that multiply', () => {
    const bomb = `a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n`
    expect(problemsOf({ 'nav/layoffs/stream.yaml': bomb })).toEqual([
      'nav/layoffs/stream.yaml: The file has a YAML alias (*). Write out what it stands for. (syntax)',
    ])
  })
})

describe('given a folder name that Kafka or Avro would misread', () => {
  it.each([
    ['permitteringslønn', 'permitteringsloenn'],
    ['Layoffs', 'layoffs'],
    ['lay_offs', 'lay-offs'],
  ])('refuses %s', (folder, plain) => {
    const problems = problemsOf({ [`nav/${folder}/stream.yaml`]: streamYaml })
    expect(problems[0]).toContain(`nav/${folder}/stream.yaml: The folder "${folder}" names topics and namespaces`)
    expect(problems[0]).toContain(`Rename it, e.g. "${plain}". (folder-name)`)
  })

  it('refuses a topic name that is longer than Kafka takes', () => {
    const [problem] = problemsOf({ [`nav/${'l'.repeat(246)}/stream.yaml`]: streamYaml })
    expect(problem).toContain(
      'would have 250 characters, and Kafka takes 249. Give the folder a shorter name. (topic-too-long)',
    )
  })
})

describe('given an agency.yaml with a value that is not right', () => {
  const file = 'nav/agency.yaml'
  const yaml = (organisationNumber: string, level = 'state', contact = 'samspill@nav.example') =>
    `name: NAV\norganisationNumber: ${organisationNumber}\nlevel: ${level}\ncontact: ${contact}\n`

  it.each([
    [
      yaml('"889640783"'),
      'organisationNumber: Its check digit is not right. Write nine digits as Enhetsregisteret has them, in quotes.',
    ],
    [yaml('889640782'), 'organisationNumber: Put it in quotes, so that it stays text: "889640782".'],
    [yaml('"889640782"', 'municpality'), 'level: "municpality" is none of the words. Did you mean "municipality"?'],
    [yaml('"889640782"', 'state', 'NAV'), 'contact: Write an e-mail address of a team, or an https address.'],
  ])('says what to write: %j', (text, message) => {
    expect(problemsOf({ [file]: text })).toEqual([`${file}, ${message} (value-wrong)`])
  })
})

describe('given a stream.yaml with a key or value that is not right', () => {
  const file = 'nav/layoffs/stream.yaml'

  it.each([
    [
      'retention: P5Y',
      'retension: P5Y',
      `${file}, retension: There is no key "retension" here. Did you mean "retention"? (key-unknown)`,
    ],
    [
      'retention: P5Y',
      '',
      `${file}, retention: The key "retention" is missing. Write ISO 8601, e.g. P90D or P5Y, or forever. (key-missing)`,
    ],
    [
      'retention: P5Y',
      'retention: 5 years',
      `${file}, retention: "5 years" is no duration. Write ISO 8601, e.g. P90D or P5Y, or forever. (value-wrong)`,
    ],
    [
      'partitions: 6',
      'partitions: 0',
      `${file}, partitions: Write a whole number from 1 to 1000. It is fixed once the topic exists. (value-wrong)`,
    ],
    [
      'access: personal',
      'access: private',
      `${file}, access: "private" is none of the words. Write one of: open, personal. (value-wrong)`,
    ],
    [
      'access: personal',
      'access: open',
      `${file}, access: The stream is about persons, and an open stream has the plain number as its key. Write "personal". (person-in-open-stream)`,
    ],
    ['keys: hub', 'keys: hubs', `${file}, keys: "hubs" is none of the words. Did you mean "hub"? (value-wrong)`],
    [
      '  kind: person',
      '  kind: persons',
      `${file}, subject.kind: "persons" is none of the words. Did you mean "person"? (value-wrong)`,
    ],
    [
      '  kind: person',
      '',
      `${file}, subject.kind: The key "kind" is missing. Write one of: person, organisation, municipality, other. (key-missing)`,
    ],
    ['title: Layoffs of persons', 'title: ""', `${file}, title: Write a text that is not empty. (value-wrong)`],
  ])('instead of %j: %j', (right, wrong, message) => {
    expect(problemsOf({ [file]: streamYaml.replace(right, wrong) })).toContain(message)
  })

  it('asks for the keys of a file that is empty', () => {
    expect(problemsOf({ [file]: '' })).toEqual([
      `${file}: Write the keys title, description, contact, subject, partitions, retention, access, keys here. (value-wrong)`,
    ])
  })
})
