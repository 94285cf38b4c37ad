import Operations
import Testing

@testable import Store

@Suite struct JepsenFileTests {
  private static let text = """
    {:process 0 :type :invoke :f :enqueue :value 1}
    {:process 0 :type :ok :f :enqueue :value 1}
    """

  @Test func jepsenHistoriesAreOpenedLikeOthers() throws {
    let scratch = try Scratch()
    let path = scratch.file("history.edn")
    // More than one chunk.
    let many = (0..<30_000).map { number in
      "{:process \(number % 9) :type :invoke :f :enqueue :value \(number)}\n"
        + "{:process \(number % 9) :type :ok :f :enqueue :value \(number)}\n"
    }
    try SmallFile.replace(path, with: Array(many.joined().utf8))
    let reader = try HistoryFile.open(path)
    #expect(reader.imported?.knowledge.knowsTimes == false)
    #expect(reader.header.name == "history.edn" && reader.header.clients.count == 9)
    let (history, ending) = try reader.readAll()
    #expect(ending.isComplete && ending.events == history.events.count)
    let completed = history.events.count { event in
      if case .completed = event.event { true } else { false }
    }
    #expect(completed == 30_000)
  }

  @Test func theContentTellsTheFormat() {
    let formats: [(String, HistoryFileFormat)] = [
      (Self.text, .jepsen), (" \n,{ :process 0}", .jepsen), ("[{:f :x}]", .jepsen),
      ("({:f :x})", .jepsen), ("; x", .jepsen), ("#op{:f :x}", .jepsen), ("{#_ 1", .jepsen),
      ("{\"stoat\":\"history\"}", .lines), ("{ \"stoat\"", .lines), ("{}", .lines), ("{", .lines),
      ("", .binary), ("SQLite format 3", .binary), ("\u{89}STOAT", .binary),
    ]
    for (text, format) in formats {
      #expect(HistoryFileFormat(start: Array(text.utf8)) == format, "\(text)")
    }
  }

  @Test(arguments: [
    ("{:process 0 :type :ook}", "line 1: column 19: :type is not"),
    ("\n{:process 0 :type :ok :f :read}", "line 2: process 0 ends :read with :ok"),
    ("\n{:process 0 :type :invoke :f :read}", "line 2: :read is not done to a queue"),
    ("[", "line 1: the file ends inside the collection of its operations"),
  ])
  func mistakesAreReportedWithFileAndLine(text: String, problem: String) throws {
    let scratch = try Scratch()
    let path = scratch.file("bad.edn")
    try SmallFile.replace(path, with: Array(text.utf8))
    let error = #expect(throws: StoreError.self) { try HistoryFile.open(path) }
    #expect(error?.description.hasPrefix("\(path): \(problem)") == true, "\(error as Any)")
  }

  @Test func aQueueGoesOutAndComesBackIn() throws {
    let scratch = try Scratch()
    let path = scratch.file("in.edn")
    try SmallFile.replace(path, with: Array(Self.text.utf8))
    let reader = try HistoryFile.open(path)
    let out = scratch.file("out.edn")
    let ending = try HistoryFile.export(reader, of: QueueID(0), toJepsen: out)
    #expect(ending.isComplete)
    #expect(
      try String(decoding: SmallFile.read(out), as: UTF8.self) == """
        {:index 0, :process 0, :type :invoke, :f :enqueue, :value 0}
        {:index 1, :process 0, :type :ok, :f :enqueue, :value 0}

        """)
    #expect(throws: StoreError.self, "it exists") {
      try HistoryFile.export(reader, of: QueueID(0), toJepsen: out)
    }
  }
}
