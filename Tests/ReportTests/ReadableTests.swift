@testable import Judging
import Testing

@testable import Report

struct ReadableTests {
  @Test(arguments: [
    (0, "0"), (7, "7"), (999, "999"), (1_000, "1,000"), (2_030, "2,030"),
    (1_234_567, "1,234,567"), (-1_000, "-1,000"), (Int.min, "-9,223,372,036,854,775,808"),
  ])
  func counts(count: Int, expected: String) {
    #expect(Readable.count(count) == expected)
  }

  @Test(
    arguments: [
      (0, "0 s"), (1, "1 ns"), (999, "999 ns"), (1_000, "1.00 µs"), (12_345, "12.3 µs"),
      (999_499, "999 µs"), (999_500, "1.00 ms"), (1_730_000, "1.73 ms"), (9_994_999, "9.99 ms"),
      (9_995_000, "10.0 ms"), (350_000_000, "350 ms"), (999_500_000, "1.00 s"),
      (1_240_000_000, "1.24 s"), (99_949_999_999, "99.9 s"), (99_950_000_000, "1 min 40 s"),
      (245_000_000_000, "4 min 05 s"), (3_599_500_000_000, "1 h 00 min"),
      (7_380_000_000_000, "2 h 03 min"), (-1_240_000_000, "-1.24 s"),
      (Int64.max, "2562047 h 47 min"),
    ] as [(Int64, String)])
  func durations(nanoseconds: Int64, expected: String) {
    #expect(Readable.duration(.nanoseconds(nanoseconds)) == expected)
  }

  @Test(arguments: [
    (5_000, "5 s"), (60_000, "60 s"), (1_500, "1.5 s"), (250, "250 ms"), (100_000, "1 min 40 s"),
    (0, "0 s"), (10, "10 ms"),
  ])
  func settings(milliseconds: Int, expected: String) {
    #expect(Readable.setting(.milliseconds(milliseconds)) == expected)
  }

  @Test(arguments: [
    (0, "0.0 s"), (12_049, "12.0 s"), (12_050, "12.1 s"), (-800, "-0.8 s"), (-10, "0.0 s"),
  ])
  func offsets(milliseconds: Int, expected: String) {
    #expect(Readable.offset(.milliseconds(milliseconds)) == expected)
  }

  @Test(
    arguments: [
      (0, "1970-01-01 00:00:00 UTC"), (951_782_400, "2000-02-29 00:00:00 UTC"),
      (1_738_314_300, "2025-01-31 09:05:00 UTC"), (4_107_542_399, "2100-02-28 23:59:59 UTC"),
      (4_107_542_400, "2100-03-01 00:00:00 UTC"), (-1, "1969-12-31 23:59:59 UTC"),
    ] as [(Int64, String)])
  func times(seconds: Int64, expected: String) {
    #expect(Readable.time(unixNanoseconds: seconds * 1_000_000_000) == expected)
  }

  @Test(arguments: [
    ([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c"),
  ])
  func lists(items: [String], expected: String) {
    #expect(Readable.list(items) == expected)
  }

  @Test func controlCharactersDoNotReachATerminal() {
    #expect(Readable.printable("a\u{1B}[31mb\nc\u{9B}d\u{202E}e\tf") == "a [31mb c d e f")
  }

  @Test func aNumberStaysWithItsUnit() {
    let lines = TextWrapping.lines("it took 35.8 s, not 4 min 05 s.", width: 12)
    #expect(lines == ["it took", "35.8 s, not", "4 min 05 s."])
  }

  @Test func aLongWordGetsALineOfItsOwn() {
    let lines = TextWrapping.lines("see runs/a/very/long/path now", width: 10, first: "- ")
    #expect(lines == ["- see", "  runs/a/very/long/path", "  now"])
  }
}
