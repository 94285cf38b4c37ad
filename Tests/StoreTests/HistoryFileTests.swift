import Glibc
import Operations
import Testing

@testable import Store

@Suite struct HistoryFileTests {
  private func write(_ events: Int, to path: String) throws {
    let writer = try HistoryWriter(
      path: path, header: Numbered.header, options: HistoryWriterOptions(blockBytes: 1_000))
    for event in Numbered.events(events) { writer.record(event) }
    try writer.close()
  }

  /// Nobody may ever write to it, and nothing can be read from it twice.
  @Test func pipesAreRefusedAtOnce() throws {
    let scratch = try Scratch()
    let path = scratch.file("pipe")
    #expect(mkfifo(path, 0o600) == 0)
    #expect(throws: StoreError.system(action: "open", path: path, code: ESPIPE)) {
      try HistoryFile.open(path)
    }
  }

  @Test func linesGoOutAndComeBackIn() throws {
    let scratch = try Scratch()
    let binary = scratch.file("history.stoat")
    let lines = scratch.file("history.jsonl")
    try write(30_000, to: binary)
    let reader = try HistoryFile.open(binary)
    let exported = try HistoryFile.export(reader, toLines: lines)
    #expect(exported.isComplete && exported.events == 30_000)
    let again = try HistoryFile.open(lines)
    #expect(again.header == Numbered.header)
    let (history, ending) = try again.readAll()
    #expect(history.events == Numbered.events(30_000))
    #expect(try again.readAll().history == history)
    #expect(try reader.readAll().history == history)
    #expect(ending == HistoryEnding(isComplete: true, lastWholeBlock: 30_002, events: 30_000))
    // Whatever is cut off, it is not taken for whole.
    let bytes = try SmallFile.read(lines)
    let cuts = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
    for cut in [cuts[0], cuts[1], cuts[cuts.count - 2]] {
      let part = scratch.file("part-\(cut).jsonl")
      try SmallFile.replace(part, with: Array(bytes[...cut]))
      let ending = try HistoryFile.open(part).readAll().ending
      #expect(!ending.isComplete && ending.problem?.contains("last line") == true)
    }
  }

  @Test func damageIsReportedWithFileAndBlock() throws {
    let scratch = try Scratch()
    let path = scratch.file("history.stoat")
    try write(1_000, to: path)
    var bytes = try SmallFile.read(path)
    bytes[bytes.count / 2] ^= 1
    try SmallFile.replace(path, with: bytes)
    let reader = try HistoryFile.open(path)
    var events: [TimedEvent] = []
    let error = #expect(throws: StoreError.self) { try reader.forEach { events.append($0) } }
    guard case .history(path, .damaged(let block, _, _)) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(block > 2)
    #expect(events == Numbered.events(events.count) && events.count > 100)
    #expect(error?.description.hasPrefix("\(path): block \(block) is damaged at byte") == true)
  }

  @Test func wrongLinesAreReportedWithFileAndLine() throws {
    let scratch = try Scratch()
    let path = scratch.file("history.jsonl")
    let history = History(header: Numbered.header, events: Numbered.events(3))
    try SmallFile.replace(path, with: history.lines + Array("{\"at\":4,\"event\":\"x\"}\n".utf8))
    let reader = try HistoryFile.open(path)
    let error = #expect(throws: StoreError.self) { try reader.readAll() }
    #expect(error?.description.hasPrefix("\(path): line 5: event.event: found \"x\"") == true)
  }

  @Test(arguments: [
    ("", "nothing was recorded"), ("hello world\n", "not a history: it starts with \"hello wo\""),
    ("{\"type\":\"invoke\"}\n", "line 1: not the header of a history"),
    ("{:process 0}", "line 1: column 1: an operation has no :type"),
    ("SQLite format 3\u{0}", "not a history: it starts with \"SQLite f\""),
    ("\u{1}\u{2}", "not a history: it starts with 01 02"),
  ])
  func foreignFilesAreRefused(content: String, problem: String) throws {
    let scratch = try Scratch()
    let path = scratch.file("foreign")
    try SmallFile.replace(path, with: Array(content.utf8))
    let error = #expect(throws: StoreError.self) { try HistoryFile.open(path) }
    #expect(error?.description.hasPrefix("\(path): ") == true)
    #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
  }

  @Test func aMissingFileIsNamed() {
    let error = #expect(throws: StoreError.self) { try HistoryFile.open("/nonexistent/h.stoat") }
    #expect(
      error?.description == "cannot open /nonexistent/h.stoat: No such file or directory")
  }

  @Test func whatTheReaderOfEventsThrowsComesThrough() throws {
    struct Enough: Error {}
    let scratch = try Scratch()
    let path = scratch.file("history.stoat")
    try write(100, to: path)
    let reader = try HistoryFile.open(path)
    var seen = 0
    #expect(throws: Enough.self) {
      try reader.forEach { _ in
        seen += 1
        if seen == 10 { throw Enough() }
      }
    }
    #expect(seen == 10)
  }
}
