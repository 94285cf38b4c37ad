import Environment
import Testing

@Suite struct WrittenDurationTests {
  @Test(
    arguments: [
      ("0s", 0), ("1ns", 1), ("2us", 2_000), ("250ms", 250_000_000), ("5s", 5_000_000_000),
      ("05s", 5_000_000_000), ("2m", 120_000_000_000), ("1h", 3_600_000_000_000),
      ("9223372036854775807ns", Int64.max),
    ] as [(String, Int64)])
  func aNumberAndAUnit(text: String, nanoseconds: Int64) {
    #expect(Duration(written: text) == .nanoseconds(nanoseconds))
  }

  @Test(
    arguments: [
      "", "s", "5", "-5s", "+5s", "5 s", "5S", "5sec", "1.5s", "5s ", "1m30s", "٣s", "1\u{308}s",
      "9223372036854775808ns", "2562048h",
    ])
  func anythingElseIsNoTime(text: String) {
    #expect(Duration(written: text) == nil)
  }
}
