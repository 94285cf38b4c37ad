import Digests
package import Operations
import Synchronization

/// How a history is written.
package struct HistoryWriterOptions: Hashable, Sendable {
  /// The size at which a block is closed, in bytes.
  package var blockBytes: Int
  /// How often what was recorded is written even if the block is not full.
  package var flushInterval: Duration
  /// How much may wait for the disk before `record` waits too, in bytes.
  package var pendingBytes: Int
  /// How long `record` waits for the disk before it gives up for good.
  package var stallLimit: Duration

  /// Options; the defaults keep an event out of the file for well under 100 ms.
  package init(
    blockBytes: Int = 256 << 10, flushInterval: Duration = .milliseconds(50),
    pendingBytes: Int = 64 << 20, stallLimit: Duration = .seconds(30)
  ) {
    precondition(
      blockBytes > 0
        && blockBytes + 2 * HistoryFormat.maximumEventBytes
          <= HistoryFormat.maximumPayloadBytes,
      "a block must fit into the format's bound")
    self.blockBytes = blockBytes
    self.flushInterval = flushInterval
    self.pendingBytes = pendingBytes
    self.stallLimit = stallLimit
  }
}

/// Records a history into a file.
///
/// One thread records: it encodes events into a buffer and does not wait for anything, unless
/// `pendingBytes` wait for the disk. A second thread, the writer's own, writes blocks: a full
/// buffer at once, the open one every `flushInterval`. An event is safe from the death of the
/// controller once it is in the page cache, that is at most 100 ms after `record` returned if the
/// disk keeps up; `close` waits for the disk itself (fsync). After a failed write nothing more is
/// written, so that the file stays readable up to its last whole block, and `failure` and `close`
/// tell: the run is unknown then.
///
/// `@unchecked Sendable` because `record` and `close` may be called by any one thread at a time,
/// which is for the caller to ensure; everything that both threads touch is in `HistoryFlusher`.
package final class HistoryWriter: @unchecked Sendable {
  private let recording: UnsafeMutablePointer<Recording>
  private let flusher: HistoryFlusher

  /// Creates the file at `path`, which must not exist, and writes the header to it.
  package init(
    path: String, header: HistoryHeader, options: HistoryWriterOptions = HistoryWriterOptions()
  ) throws(StoreError) {
    let start: (bytes: [UInt8], digest: SHA256Digest)
    do { start = try HistoryEncoder.start(of: header) } catch { throw .history(path: path, error) }
    let file = try OpenFile.creating(path)
    try file.write(start.bytes)
    let buffer = HistoryBuffer(bytes: options.blockBytes)
    flusher = try HistoryFlusher(
      file: file, behind: start.digest, open: buffer, options: options)
    recording = .allocate(capacity: 1)
    recording.initialize(to: Recording(buffer, blockBytes: options.blockBytes))
    do { try flusher.start() } catch {
      recording.deinitialize(count: 1)
      recording.deallocate()
      throw error
    }
  }

  deinit {
    flusher.stop(.abandoned)
    recording.deinitialize(count: 1)
    recording.deallocate()
  }

  /// What went wrong while writing, as soon as it is known; may be asked by any thread.
  package var failure: StoreError? { flusher.failure }

  /// How many events were recorded; for the recording thread.
  package var count: Int { recording.pointee.earlier + recording.pointee.count }

  /// Appends one event.
  ///
  /// Only one thread at a time may record, and none after `close`. Errors show in `failure`.
  package func record(_ event: TimedEvent) {
    withUnsafePointer(to: event) { record(from: $0) }
  }

  /// Appends an event that lies in memory already, which saves copying it.
  package func record(from event: UnsafePointer<TimedEvent>) {
    if recording.pointee.place >= recording.pointee.limit { turnOver() }
    recording.pointee.append(event)
  }

  /// Writes what is left and the end block, and waits until the disk has them.
  ///
  /// Throws the first failure since the start; a second call says the same again.
  package func close() throws(StoreError) {
    try close(durably: true)
  }

  /// Closes; without waiting for the disk unless `durably`.
  func close(durably: Bool) throws(StoreError) {
    if !recording.pointee.isClosed {
      recording.pointee.seal()
      recording.pointee.isClosed = true
      recording.pointee.limit = recording.pointee.base
      flusher.stop(durably ? .durably : .inOrder)
    }
    if let failure { throw failure }
  }

  @inline(never)
  private func turnOver() {
    precondition(!recording.pointee.isClosed, "an event was recorded after close()")
    if recording.pointee.isDropping { return recording.pointee.rewind() }
    recording.pointee.seal()
    if let next = flusher.exchange(recording.pointee.buffer) {
      recording.pointee.start(next)
    } else {
      recording.pointee.drop()
    }
  }
}

/// What the recording thread alone touches.
private struct Recording {
  private(set) var buffer: HistoryBuffer
  private(set) var base: UnsafeMutablePointer<UInt8>
  private(set) var place: UnsafeMutablePointer<UInt8>
  var limit: UnsafeMutablePointer<UInt8>
  private var committed: UnsafeMutablePointer<Atomic<Int>>
  private var encoder = HistoryEventEncoder()
  private let blockBytes: Int
  private(set) var count = 0
  private(set) var earlier = 0
  private(set) var isDropping = false
  var isClosed = false

  init(_ buffer: HistoryBuffer, blockBytes: Int) {
    self.buffer = buffer
    self.blockBytes = blockBytes
    base = buffer.base
    place = base
    limit = base + blockBytes
    committed = buffer.committed
  }

  @inline(__always)
  mutating func append(_ event: UnsafePointer<TimedEvent>) {
    place = encoder.encode(from: event, at: place)
    count += 1
    committed.pointee.store(place - base, ordering: .releasing)
  }

  /// Notes in the buffer how many events it holds; nothing may be appended after that.
  mutating func seal() {
    if !isDropping { buffer.count.store(count, ordering: .releasing) }
  }

  mutating func start(_ next: HistoryBuffer) {
    buffer = next
    base = next.base
    committed = next.committed
    rewind()
  }

  mutating func rewind() {
    earlier += count
    count = 0
    encoder = HistoryEventEncoder()
    place = base
    limit = base + blockBytes
  }

  /// Goes on in memory of its own, of which nothing is ever written.
  mutating func drop() {
    isDropping = true
    start(HistoryBuffer(bytes: blockBytes))
  }
}
