import Environment
import Glibc
import Operations

/// What `HistoryBench` measured; medians over its rounds.
package struct HistoryBenchResult: Hashable, Sendable {
  /// How many events each round recorded.
  package var events: Int
  /// The length of the recorded file in bytes.
  package var fileBytes: Int
  /// From the first `record` until all blocks were written, without the final fsync.
  package var recording: Duration
  /// The same bytes appended event by event to a buffer of 64 KiB that is written when it is full.
  package var plain: Duration

  /// Recorded events a second.
  package var eventsPerSecond: Double { Double(events) / recording.seconds }
  /// Bytes on disk for each event, block headers included.
  package var bytesPerEvent: Double { Double(fileBytes) / Double(events) }
  /// The throughput of recording over that of plain writing, of the same bytes.
  package var ratio: Double { plain.seconds / recording.seconds }
}

/// Measures how fast one thread records into a real history file, beside a plain buffered write.
///
/// Both sides have their input before the clock starts. Recording has the event values of publishes
/// (invoked, written, answered, completed, delivered, settled), a cycle of which it records over
/// and over: it encodes each, and a second thread checksums and writes the blocks. The plain side
/// has the bytes that encoding made of them: it copies those of each event into a buffer and calls
/// write(2) on one thread; it encodes and checksums nothing. Both clocks stop when the last byte is
/// in the page cache. Rounds take turns.
package enum HistoryBench {
  /// Measures `rounds` times in files of their own in `directory`, which are removed.
  package static func run(
    events: Int, directory: String, rounds: Int = 5
  ) throws(StoreError) -> HistoryBenchResult {
    precondition(events > 0 && rounds > 0, "a benchmark needs events and rounds")
    var stream = BenchStream()
    let values = (0..<BenchStream.cycleEvents).map { _ in stream.next() }
    let encoded = EncodedEvents(of: values, count: events)
    let path = "\(directory)/bench-\(getpid()).stoat"
    var recording: [Duration] = []
    var plain: [Duration] = []
    var fileBytes = 0
    for _ in 0..<rounds {
      defer { unlink(path) }
      recording.append(try record(values, count: events, to: path))
      fileBytes = try OpenFile.reading(path).length
      unlink(path)
      plain.append(try encoded.write(to: path))
    }
    return HistoryBenchResult(
      events: events, fileBytes: fileBytes, recording: median(recording), plain: median(plain))
  }

  private static func record(
    _ values: [TimedEvent], count: Int, to path: String
  ) throws(StoreError) -> Duration {
    let header = HistoryHeader(
      name: "bench", seed: 1, system: "none", originUnixNanoseconds: 0, nodes: [], queues: [],
      clients: [])
    let writer = try HistoryWriter(path: path, header: header)
    let clock = MonotonicClock()
    values.withUnsafeBufferPointer { values in
      guard let first = values.baseAddress else { return }
      var next = first
      for _ in 0..<count {
        writer.record(from: next)
        next = next + 1 == first + values.count ? first : next + 1
      }
    }
    try writer.close(durably: false)
    return clock.now() - .zero
  }

  private static func median(_ durations: [Duration]) -> Duration {
    durations.sorted()[durations.count / 2]
  }
}

/// The events of publishes in flight: cycle k invokes and writes operation k, answers and completes
/// k - 32, delivers and settles k - 64, for six publishers and six consumers in turn.
struct BenchStream {
  /// Enough for every event to differ, little enough to stay in the processor's cache.
  static let cycleEvents = 6 * 512
  private var cycle: UInt32 = 128
  private var step = 0
  private var at: Int64 = 0
  private var random: UInt64 = 0x9E37_79B9_7F4A_7C15

  mutating func next() -> TimedEvent {
    random ^= random << 13
    random ^= random >> 7
    random ^= random << 17
    at += 200 + Int64(random & 0x1FFF)
    let event = self.event
    step += 1
    if step == 6 {
      step = 0
      cycle += 1
    }
    return TimedEvent(at: Instant(nanoseconds: at), event)
  }

  private var event: Event {
    switch step {
    case 0:
      let client = ClientID(cycle % 6)
      return .invoked(
        Invocation(
          operation: OperationID(cycle), client: client, queue: QueueID(cycle % 3),
          action: .publish(MessageID(client: client, sequence: cycle / 6))))
    case 1:
      return .written(
        Written(
          operation: OperationID(cycle), session: SessionID(cycle % 6),
          sequence: UInt64(cycle / 6)))
    case 2:
      let answered = cycle - 32
      return .answered(
        ConfirmAnswer(
          session: SessionID(answered % 6), sequence: UInt64(answered / 6), multiple: false,
          positive: true))
    case 3: return .completed(OperationID(cycle - 32), .ok(.confirmed))
    case 4:
      let old = cycle - 64
      return .delivered(
        Delivery(
          queue: QueueID(old % 3),
          receipt: Receipt(
            session: SessionID(6 + old % 6), tag: UInt64(old / 6),
            message: MessageID(client: ClientID(old % 6), sequence: old / 6), redelivered: false)))
    default:
      let old = cycle - 64
      return .settled(
        Settlement(
          session: SessionID(6 + old % 6), tag: UInt64(old / 6), multiple: false, kind: .ack))
    }
  }
}

/// The encoded bytes of the events of a `BenchStream`, and the length of each.
private struct EncodedEvents {
  private var bytes: [UInt8]
  private var lengths: [UInt8]
  private static let bufferBytes = 64 << 10

  init(of values: [TimedEvent], count: Int) {
    var encoder = HistoryEventEncoder()
    let room = UnsafeMutablePointer<UInt8>.allocate(capacity: HistoryFormat.maximumEventBytes)
    defer { room.deallocate() }
    bytes = []
    lengths = []
    lengths.reserveCapacity(count)
    for index in 0..<count {
      let length = encoder.encode(values[index % values.count], at: room) - room
      bytes.append(contentsOf: UnsafeBufferPointer(start: room, count: length))
      lengths.append(UInt8(length))
    }
  }

  func write(to path: String) throws(StoreError) -> Duration {
    let file = try OpenFile.creating(path)
    let buffer = UnsafeMutableRawPointer.allocate(byteCount: Self.bufferBytes, alignment: 16)
    defer { buffer.deallocate() }
    let clock = MonotonicClock()
    let result = bytes.withUnsafeBytes { bytes in
      lengths.withUnsafeBufferPointer { lengths in
        Result { () throws(StoreError) in try Self.copy(bytes, lengths, through: buffer, to: file) }
      }
    }
    try result.get()
    return clock.now() - .zero
  }

  private static func copy(
    _ bytes: UnsafeRawBufferPointer, _ lengths: UnsafeBufferPointer<UInt8>,
    through buffer: UnsafeMutableRawPointer, to file: OpenFile
  ) throws(StoreError) {
    guard var source = bytes.baseAddress else { return }
    var used = 0
    for length in lengths {
      if used + Int(length) > bufferBytes {
        try file.write(UnsafeRawBufferPointer(start: buffer, count: used))
        used = 0
      }
      memcpy(buffer + used, source, Int(length))
      source += Int(length)
      used += Int(length)
    }
    try file.write(UnsafeRawBufferPointer(start: buffer, count: used))
  }
}
