import Environment
import Glibc
import Operations
import Synchronization
import Testing

@testable import Store

@Suite struct FullDiskTests {
  @Test func aDiskWithoutRoomForTheHeaderFailsAtOnce() throws {
    let error = #expect(throws: StoreError.self) {
      try HistoryWriter(path: "/dev/full", header: Numbered.header)
    }
    #expect(error == .system(action: "write", path: "/dev/full", code: ENOSPC))
    #expect(error?.description.contains("No space left on device; make room") == true)
  }

  /// A pipe that is read from at first and then not takes a start and then nothing.
  @Test func aDiskThatTakesNothingMoreStopsTheRecordingNotTheRun() throws {
    let pipe = try Pipe()
    let writer = try HistoryWriter(
      path: pipe.path, header: Numbered.header,
      options: HistoryWriterOptions(
        blockBytes: 4_096, flushInterval: .milliseconds(1), pendingBytes: 16_384,
        stallLimit: .milliseconds(200)))
    for event in Numbered.events(100_000) { writer.record(event) }
    #expect(
      writer.failure == .stalled(path: pipe.path, after: .milliseconds(200)))
    pipe.drain()
    let error = #expect(throws: StoreError.self) { try writer.close() }
    #expect(error == writer.failure)
    #expect(error?.description.contains("events after that were dropped") == true)
    #expect(pipe.drained().count > 4_096)
  }

  /// What was written before the failure stays readable, and nothing is written behind it.
  @Test func aFailureInTheMiddleKeepsThePrefix() throws {
    let scratch = try Scratch()
    let pipe = try Pipe()
    let writer = try HistoryWriter(
      path: pipe.path, header: Numbered.header,
      options: HistoryWriterOptions(blockBytes: 4_096))
    pipe.drain(atMost: 50_000)
    var recorded = 0
    while writer.failure == nil, recorded < 10_000_000 {
      writer.record(Numbered.event(recorded))
      recorded += 1
    }
    #expect(writer.failure == .system(action: "write", path: pipe.path, code: EPIPE))
    writer.record(Numbered.event(recorded))
    let error = #expect(throws: StoreError.self) { try writer.close() }
    #expect(error == writer.failure)

    let path = scratch.file("history.stoat")
    try SmallFile.replace(path, with: pipe.drained())
    let reader = try HistoryFile.open(path)
    let (history, ending) = try reader.readAll()
    #expect(ending.events > 1_000)
    #expect(history.events == Numbered.events(ending.events))
    #expect(!ending.isComplete)
  }
}

/// A pipe with a name, which another thread reads from if told to.
private final class Pipe {
  let path: String
  private let drainage: Drainage
  private let writing: Int32
  private var drainer: pthread_t?

  /// What the other thread works on.
  private final class Drainage: Sendable {
    let reading: Int32
    let limit = Atomic<Int>(.max)
    let isStopped = Atomic<Bool>(false)
    let bytes = Mutex<[UInt8]>([])

    init(reading: Int32) {
      self.reading = reading
    }

    /// Reads until the limit, or until nothing comes after the stop, and closes the pipe.
    func run() {
      var room = [UInt8](repeating: 0, count: 4_096)
      let limit = limit.load(ordering: .acquiring)
      while bytes.withLock({ $0.count }) < limit {
        let stopped = isStopped.load(ordering: .acquiring)
        var entry = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 10) > 0 else {
          if stopped { break }
          continue
        }
        let got = read(reading, &room, room.count)
        if got <= 0 { break }
        bytes.withLock { $0 += room[..<got] }
      }
      close(reading)
    }
  }

  init() throws {
    var both: (Int32, Int32) = (-1, -1)
    withUnsafeMutableBytes(of: &both) { bytes in
      _ = bytes.assumingMemoryBound(to: Int32.self).baseAddress.map { pipe($0) }
    }
    try #require(both.0 >= 0)
    drainage = Drainage(reading: both.0)
    writing = both.1
    path = "/proc/self/fd/\(both.1)"
  }

  /// Lets the other thread read `limit` bytes and a little, and then close the reading end.
  func drain(atMost limit: Int = .max) {
    drainage.limit.store(limit, ordering: .releasing)
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Drainage>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, Unmanaged.passRetained(drainage).toOpaque())
    drainer = thread
  }

  /// What was read, once the other thread has ended; nothing more may be written.
  func drained() -> [UInt8] {
    drainage.isStopped.store(true, ordering: .releasing)
    if let drainer { pthread_join(drainer, nil) }
    drainer = nil
    return drainage.bytes.withLock { $0 }
  }

  deinit {
    close(writing)
    _ = drained()
  }
}
