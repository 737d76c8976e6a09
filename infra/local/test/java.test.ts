import { describe, expect, test } from 'vitest'
import { javaMissing, parseJavaVersion } from '../src/install/java.ts'

describe('the version of a Java', () => {
  test('stands in the release file of a JDK', () => {
    const release = 'IMPLEMENTOR="Eclipse Adoptium"\nJAVA_RUNTIME_VERSION="25.0.3+9-LTS"\nJAVA_VERSION="25.0.3"\n'
    expect(parseJavaVersion(release)).toEqual({ version: '25.0.3', majorVersion: 25 })
  })

  test('stands in what java -version prints', () => {
    const printed =
      'openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment (build 17.0.15+6-Debian-1deb12u1)'
    expect(parseJavaVersion(printed)).toEqual({ version: '17.0.15', majorVersion: 17 })
  })

  test('of Java 8 begins with a one', () => {
    expect(parseJavaVersion('java version "1.8.0_402"')?.majorVersion).toBe(8)
  })

  test('of an early access build has no dots', () => {
    expect(parseJavaVersion('openjdk version "26-ea" 2026-03-17')?.majorVersion).toBe(26)
  })

  test('is unknown where nothing is printed', () => {
    expect(parseJavaVersion('')).toBeUndefined()
  })
})

describe('when no Java is new enough', () => {
  const java17 = { java: '/usr/lib/jvm/17/bin/java', home: '/usr/lib/jvm/17', majorVersion: 17, version: '17.0.15' }

  test('the sentence says what was found, where it was looked for, and what to do', () => {
    const error = javaMissing(21, [java17])
    expect(error.code).toBe('java-missing')
    expect(error.message).toBe(
      'Java 21 or newer is needed, but only Java 17 in /usr/lib/jvm/17 was found (looked in JAVA_HOME, on PATH and in ' +
        'the usual folders such as /usr/lib/jvm): install a JDK 21, or set JAVA_HOME to one',
    )
  })

  test('the sentence says so where there is none at all', () => {
    expect(javaMissing(17, []).message).toContain('but none was found')
  })
})
