import Operations
import Testing

@Suite struct LogRecordTests {
  @Test(
    arguments: [
      (LogRecord.read, "read"),
      (
        .matched(pattern: "crash", line: "a process ended: badarg"),
        "crash: a process ended: badarg"
      ),
      (.matched(pattern: "read", line: ""), "read: "),
      (.matched(pattern: "a:b", line: ": c"), "a:b: : c"),
    ])
  func aRecordIsItsDetail(record: LogRecord, detail: String) {
    #expect(record.detail == detail)
    #expect(LogRecord(detail: detail) == record)
  }

  @Test func aDetailWithoutALineNamesAPattern() {
    #expect(LogRecord(detail: "reads") == .matched(pattern: "reads", line: ""))
    #expect(LogRecord(detail: "") == .matched(pattern: "", line: ""))
    #expect(LogRecord(detail: "crash:x") == .matched(pattern: "crash:x", line: ""))
  }
}
