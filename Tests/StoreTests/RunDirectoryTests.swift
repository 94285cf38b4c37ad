import Glibc
import Testing

@testable import Store

@Suite struct RunDirectoryTests {
  @Test func theNameSaysWhenWhatAndWhichSeed() throws {
    let scratch = try Scratch()
    let base = scratch.file("deep/runs")
    let run = try RunDirectory.create(
      under: base, name: "losing schedule/2", seed: 0x2A, unixSeconds: 1_700_000_000)
    let name = try #require(run.path.split(separator: "/").last)
    #expect(name.wholeMatch(of: /2023-11-1[45]-\d{6}-losing-schedule-2-2a/) != nil)
    #expect(run.plan == run.path + "/plan.json")
    let second = try RunDirectory.create(
      under: base, name: "losing schedule/2", seed: 0x2A, unixSeconds: 1_700_000_000)
    #expect(second.path == run.path + "-2")
    let node = try run.node("n1")
    #expect(node == run.path + "/nodes/n1")
    #expect(access(node, F_OK) == 0)
    #expect(try run.node("n1") == node)
  }

  @Test func whoeverReadsAJournalSeesWhetherItsRunGoesOn() throws {
    let scratch = try Scratch()
    let path = scratch.file("undo.jsonl")
    #expect(!JournalFile.isHeld(path))
    var journal: JournalFile? = try JournalFile(path)
    try journal?.append("{}")
    #expect(JournalFile.isHeld(path))
    journal = nil
    #expect(!JournalFile.isHeld(path))
    #expect(try JournalFile.read(path).lines == ["{}"])
  }

  @Test func aBaseThatIsAFileIsNamed() throws {
    let scratch = try Scratch()
    let file = scratch.file("file")
    try SmallFile.replace(file, with: [])
    let error = #expect(throws: StoreError.self) {
      try RunDirectory.create(under: file + "/runs", name: "x", seed: 1, unixSeconds: 0)
    }
    #expect(error?.description.contains(file) == true)
  }

  @Test func smallFilesAreReplacedWhole() throws {
    let scratch = try Scratch()
    let run = RunDirectory(existing: scratch.path)
    try run.write(Array("one".utf8), to: run.results)
    try run.write(Array("two and more".utf8), to: run.results)
    #expect(try SmallFile.read(run.results) == Array("two and more".utf8))
    #expect(access(run.results + ".new", F_OK) != 0)
    try SmallFile.replace(run.results + ".new", with: Array("left by a crash".utf8))
    try run.write([], to: run.results)
    #expect(try SmallFile.read(run.results) == [])
    let error = #expect(throws: StoreError.self) { try SmallFile.read(run.path + "/absent") }
    #expect(error?.description.contains("No such file") == true)
    #expect(throws: StoreError.self) { try SmallFile.read("/proc/kcore", limit: 10) }
  }
}

@Suite struct JournalFileTests {
  @Test func linesAreAppendedAndRead() throws {
    let scratch = try Scratch()
    let path = scratch.file("undo.jsonl")
    #expect(try JournalFile.read(path) == (lines: [], torn: false))
    try JournalFile(path).append("first ü")
    let journal = try JournalFile(path)
    try journal.append("second")
    #expect(journal.path == path)
    let read = try JournalFile.read(path)
    #expect(read.lines == ["first ü", "second"] && !read.torn)
    #expect(throws: StoreError.self) { try journal.append("two\nlines") }
  }

  @Test func aTornLastLineIsDropped() throws {
    let scratch = try Scratch()
    let path = scratch.file("undo.jsonl")
    let whole = "{\"a\":1}\n{\"b\":2}\n"
    for torn in ["{\"c", "\u{0}\u{0}", String(repeating: "x", count: 200_000)] {
      try SmallFile.replace(path, with: Array((whole + torn).utf8))
      let before = try JournalFile.read(path)
      #expect(before.lines == ["{\"a\":1}", "{\"b\":2}"] && before.torn)
      try JournalFile(path).append("{\"d\":4}")
      let after = try JournalFile.read(path)
      #expect(after.lines == ["{\"a\":1}", "{\"b\":2}", "{\"d\":4}"] && !after.torn)
    }
    try SmallFile.replace(path, with: Array("only torn".utf8))
    try JournalFile(path).append("x")
    #expect(try JournalFile.read(path).lines == ["x"])
  }

  @Test func aLineThatIsNotTextIsNamed() throws {
    let scratch = try Scratch()
    let path = scratch.file("undo.jsonl")
    try SmallFile.replace(path, with: Array("good\n".utf8) + [0xFF, 0x0A] + Array("good\n".utf8))
    let error = #expect(throws: StoreError.self) { try JournalFile.read(path) }
    #expect(error?.description == "\(path): line 2: not valid UTF-8")
  }

  @Test func linesOfSeveralThreadsDoNotMix() async throws {
    let scratch = try Scratch()
    let path = scratch.file("faults.jsonl")
    let journal = try JournalFile(path)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<4 {
        group.addTask {
          for index in 0..<25 {
            try journal.append("\(task) \(index) " + String(repeating: "x", count: 300))
          }
        }
      }
      try await group.waitForAll()
    }
    let lines = try JournalFile.read(path).lines
    #expect(lines.count == 100)
    #expect(lines.allSatisfy { $0.utf8.count >= 304 && $0.hasSuffix("xxx") })
  }
}
