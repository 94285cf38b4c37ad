import Environment
import Glibc
import Operations
import Testing

@testable import Store

@Suite struct HistoryWriterTests {
  @Test(arguments: [100, 4_096, 256 << 10])
  func whatWasRecordedComesBack(blockBytes: Int) throws {
    let scratch = try Scratch()
    let path = scratch.file("history.stoat")
    let writer = try HistoryWriter(
      path: path, header: Numbered.header,
      options: HistoryWriterOptions(blockBytes: blockBytes, flushInterval: .milliseconds(1)))
    for event in Numbered.events(100_000) { writer.record(event) }
    try writer.close()
    #expect(writer.failure == nil)
    #expect(writer.count == 100_000)
    let reader = try HistoryFile.open(path)
    let (history, ending) = try reader.readAll()
    #expect(history.header == Numbered.header)
    #expect(history.events == Numbered.events(100_000))
    #expect(ending.isComplete && ending.problem == nil && ending.events == 100_000)
    #expect(ending.lastWholeBlock >= 2)
  }

  @Test func anEventReachesTheFileWithoutAnother() throws {
    let scratch = try Scratch()
    let path = scratch.file("history.stoat")
    let writer = try HistoryWriter(path: path, header: Numbered.header)
    for count in 1...5 {
      writer.record(Numbered.event(count - 1))
      #expect(
        try eventually {
          let reader = try HistoryFile.open(path)
          return try reader.readAll().history.events == Numbered.events(count)
        })
    }
    let reader = try HistoryFile.open(path)
    let ending = try reader.forEach { _ in }
    #expect(!ending.isComplete)
    #expect(ending.problem == "the recording was not ended in order")
    #expect(ending.lastWholeBlock == 5)
    try writer.close()
  }

  /// What a killed controller leaves in the page cache is what a reader finds at that moment.
  @Test func theFileIsReadableAtEveryMoment() throws {
    let scratch = try Scratch()
    let path = scratch.file("history.stoat")
    let writer = try HistoryWriter(
      path: path, header: Numbered.header,
      options: HistoryWriterOptions(blockBytes: 20_000, flushInterval: .milliseconds(1)))
    var random = SeededGenerator(seed: 9)
    var recorded = 0
    var incomplete = 0
    for _ in 0..<60 {
      for _ in 0..<random.draw(below: 4_000) {
        writer.record(Numbered.event(recorded))
        recorded += 1
      }
      var snapshot = try SmallFile.read(path)
      if random.draw(below: 2) == 0, snapshot.count > 400 {
        snapshot.removeLast(random.index(of: snapshot.count - 400))
      }
      let copy = scratch.file("copy.stoat")
      try SmallFile.replace(copy, with: snapshot)
      let reader = try HistoryFile.open(copy)
      let (history, ending) = try reader.readAll()
      #expect(history.events == Numbered.events(ending.events))
      #expect(ending.events <= recorded)
      incomplete += ending.isComplete ? 0 : 1
    }
    #expect(incomplete == 60)
    try writer.close()
    let reader = try HistoryFile.open(path)
    #expect(try reader.readAll().history.events == Numbered.events(recorded))
  }

  @Test func aWriterThatIsDroppedLeavesAReadableFile() throws {
    let scratch = try Scratch()
    let path = scratch.file("history.stoat")
    do {
      let writer = try HistoryWriter(path: path, header: Numbered.header)
      for event in Numbered.events(1_000) { writer.record(event) }
    }
    let reader = try HistoryFile.open(path)
    let (history, ending) = try reader.readAll()
    #expect(history.events == Numbered.events(1_000))
    #expect(!ending.isComplete)
  }

  @Test func closingTwiceSaysTheSameAndAnExistingFileIsKept() throws {
    let scratch = try Scratch()
    let path = scratch.file("history.stoat")
    let writer = try HistoryWriter(path: path, header: Numbered.header)
    try writer.close()
    try writer.close()
    let error = #expect(throws: StoreError.self) {
      try HistoryWriter(path: path, header: Numbered.header)
    }
    #expect(error == .system(action: "create", path: path, code: EEXIST))
    let reader = try HistoryFile.open(path)
    #expect(try reader.readAll().ending.isComplete)
  }

  @Test func recordingAfterTheEndIsABug() async {
    await #expect(processExitsWith: .failure) {
      let path = "/tmp/stoat-test-\(getpid()).stoat"
      let writer = try HistoryWriter(path: path, header: Numbered.header)
      unlink(path)
      try writer.close()
      writer.record(Numbered.event(0))
    }
  }

  @Test func shortBenchmarksCountWhatTheyWrite() throws {
    let scratch = try Scratch()
    let result = try HistoryBench.run(events: 60_000, directory: scratch.path, rounds: 1)
    #expect(result.events == 60_000)
    #expect(result.bytesPerEvent > 5 && result.bytesPerEvent <= 40)
    #expect(result.recording > .zero && result.plain > .zero)
    #expect(result.eventsPerSecond > 0 && result.ratio > 0)
  }
}
