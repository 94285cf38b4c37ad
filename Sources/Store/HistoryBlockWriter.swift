import Digests
import Operations
import Synchronization

/// Cuts what is in the buffers into blocks and writes them.
///
/// A buffer that is written while it is still being recorded into is cut behind its last whole
/// event. What follows the cut needs the context that held there, which comes from decoding what is
/// in front of it; full buffers, the rule at high rates, are never decoded.
struct HistoryBlockWriter {
  private let file: OpenFile
  private var number: UInt32 = 1
  private var events = 0
  /// How much of the oldest unfinished buffer was written already.
  private var cut = Cut()

  private struct Cut {
    var bytes = 0
    var events = 0
    var context = HistoryContext()
  }

  /// The digest of the header of the last block.
  private var previous: SHA256Digest

  /// A writer behind the header block, whose header has this digest.
  init(file: OpenFile, behind header: SHA256Digest) {
    self.file = file
    previous = header
  }

  /// Writes what was recorded into the open buffer since the last call.
  mutating func flush(_ buffer: HistoryBuffer) throws(StoreError) {
    let end = buffer.committed.pointee.load(ordering: .acquiring)
    guard end > cut.bytes else { return }
    let bytes = UnsafeRawBufferPointer(
      start: UnsafeRawPointer(buffer.base) + cut.bytes, count: end - cut.bytes)
    var decoder = HistoryEventDecoder(events: bytes, context: cut.context)
    do throws(MalformedPayload) {
      while try decoder.next() != nil {}
    } catch {
      throw .history(
        path: file.path,
        .damaged(block: Int(number), offset: cut.bytes + error.offset, problem: error.problem))
    }
    try write(bytes, events: decoder.count)
    cut = Cut(bytes: end, events: cut.events + decoder.count, context: decoder.context)
  }

  /// Writes the rest of a buffer into which nothing will be recorded any more.
  mutating func finish(_ buffer: HistoryBuffer) throws(StoreError) {
    let end = buffer.committed.pointee.load(ordering: .acquiring)
    let count = buffer.count.load(ordering: .acquiring)
    if end > cut.bytes {
      let bytes = UnsafeRawBufferPointer(
        start: UnsafeRawPointer(buffer.base) + cut.bytes, count: end - cut.bytes)
      try write(bytes, events: count - cut.events)
    }
    cut = Cut()
  }

  /// Writes the end block.
  mutating func end() throws(StoreError) {
    try file.write(HistoryEncoder.end(number: number, events: events, previous: previous))
  }

  private mutating func write(
    _ bytes: UnsafeRawBufferPointer, events count: Int
  ) throws(StoreError) {
    let prefix = cut.context.bytes
    let header = HistoryEncoder.eventsHeader(
      number: number, context: cut.context, prefix: prefix, events: bytes, count: count,
      previous: previous)
    let start = header.bytes + prefix
    let result = start.withUnsafeBytes { start in
      Result { () throws(StoreError) in try file.write(start, bytes) }
    }
    try result.get()
    previous = SHA256Digest.of(header.bytes)
    number += 1
    events += count
  }
}
