import Environment
import Relays
import Testing

@Suite struct LinkShapeTests {
  @Test(arguments: [
    "delay-us=200000", "delay-us=60000000 jitter-us=60000000", "jitter-us=1",
    "bytes-per-second=1000", "bytes-per-second=1000000000", "stall-every-us=2000 stall-for-us=1000",
    "stall-every-us=3600000000 stall-for-us=3599999000", "delay-us=1 seed=18446744073709551615",
    "delay-us=1 jitter-us=2 bytes-per-second=3000 stall-every-us=9000 stall-for-us=5000 seed=6",
  ]) func aShapeIsItsWords(line: String) throws {
    let shape = try LinkShape(words: line.split(separator: " "))
    #expect(shape.words.joined(separator: " ") == line)
    #expect(try LinkShape(words: shape.words.reversed()) == shape)
  }

  @Test func theWordsAreTheFields() throws {
    let shape = try LinkShape(
      delay: .milliseconds(3), jitter: .seconds(1), bytesPerSecond: 5000, stallEvery: .seconds(8),
      stallFor: .milliseconds(7), seed: 9)
    #expect(
      shape.words == [
        "delay-us=3000", "jitter-us=1000000", "bytes-per-second=5000", "stall-every-us=8000000",
        "stall-for-us=7000", "seed=9",
      ])
  }

  @Test func whatIsFinerThanAMicrosecondIsCutOff() throws {
    let shape = try LinkShape(delay: .nanoseconds(1999))
    #expect(shape.delay == .microseconds(1))
    #expect(throws: RelayError.self) { try LinkShape(delay: .nanoseconds(999)) }
  }

  @Test(arguments: [
    ("", "changes nothing"), ("seed=5", "changes nothing"), ("delay-us=0", "changes nothing"),
    ("delay-us=60000001", "a delay of 60.000001 seconds"),
    ("delay-us=18446744073709551615", "not within 0 and 60"),
    ("jitter-us=60000001", "a jitter of"), ("bytes-per-second=999", "999 bytes per second"),
    ("bytes-per-second=0", "0 bytes per second"),
    ("bytes-per-second=1000000001", "within 1000 and 1000000000"),
    ("bytes-per-second=18446744073709551615", "bytes per second are not within"),
    ("stall-for-us=1000", "need the time from one to the next"), ("stall-every-us=5000", "1 ms"),
    ("stall-every-us=5000 stall-for-us=999", "1 ms"),
    ("stall-every-us=5000 stall-for-us=4001", "1 ms"),
    ("stall-every-us=0 stall-for-us=4000", "1 ms"),
    ("stall-every-us=3600000001 stall-for-us=1000", "an hour"),
    ("delay-us=1 delay-us=1", "delay-us is given twice"), ("delay-us", "'delay-us'"),
    ("delay=1", "keys are delay-us"), ("delay-us=", "not a whole number"),
    ("delay-us=+1", "not a whole number"), ("delay-us=-1", "not a whole number"),
    ("delay-us=1.5", "not a whole number"), ("delay-us=1e3", "not a whole number"),
    ("delay-us=1=2", "'delay-us=1=2'"), ("delay-us=18446744073709551616", "not a whole number"),
    ("=1", "'=1'"), ("delay-us=1 n3", "'n3'"),
  ]) func othersAreRefused(line: String, part: String) {
    let error = #expect(throws: RelayError.self) {
      try LinkShape(words: line.split(separator: " "))
    }
    #expect(error?.kind == .badRequest)
    #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
  }

  @Test func whatIsBelowZeroIsRefused() {
    #expect(throws: RelayError.self) { try LinkShape(delay: .seconds(-1), jitter: .seconds(1)) }
    #expect(throws: RelayError.self) { try LinkShape(jitter: .seconds(-1)) }
    #expect(throws: RelayError.self) { try LinkShape(bytesPerSecond: -5000) }
    #expect(throws: RelayError.self) {
      try LinkShape(stallEvery: .seconds(-1), stallFor: .seconds(-3))
    }
  }
}
