package import Digests
import Environment

/// Builds the bytes of binary histories out of blocks; see `HistoryFormat`.
package enum HistoryEncoder {
  /// What the first block is chained to.
  static let origin = SHA256Digest.of(HistoryFormat.magic)

  /// What every file starts with: the magic bytes and the header block; and the digest of the
  /// header of that block.
  package static func start(
    of header: HistoryHeader
  ) throws(HistoryError) -> (bytes: [UInt8], digest: SHA256Digest) {
    let block = block(.header, number: 0, payload: try header.payload, previous: origin)
    return (
      HistoryFormat.magic + block, SHA256Digest.of(Array(block[..<HistoryBlockHeader.size]))
    )
  }

  /// The header of an events block.
  ///
  /// The payload is `prefix`, the bytes of `context`, and then `events`, bare encoded events of
  /// which there are `count` and the first of which follows on `context`; `previous` is the digest
  /// of the header of the block before.
  package static func eventsHeader(
    number: UInt32, context: HistoryContext, prefix: [UInt8], events: UnsafeRawBufferPointer,
    count: Int, previous: SHA256Digest
  ) -> HistoryBlockHeader {
    let digest = prefix.withUnsafeBytes { SHA256Digest.of($0, events) }
    var decoder = HistoryEventDecoder(events: events, context: context)
    let first = (try? decoder.next())?.at ?? .zero
    return HistoryBlockHeader(
      kind: .events, number: number, payloadBytes: prefix.count + events.count, events: count,
      first: first, payload: digest, previous: previous)
  }

  /// The end block of a history of `events` events, behind the block whose header has the digest
  /// `previous`.
  package static func end(number: UInt32, events: Int, previous: SHA256Digest) -> [UInt8] {
    var payload: [UInt8] = []
    payload.appendVarint(UInt64(events))
    return block(.end, number: number, payload: payload, previous: previous)
  }

  private static func block(
    _ kind: HistoryBlockKind, number: UInt32, payload: [UInt8], previous: SHA256Digest
  ) -> [UInt8] {
    HistoryBlockHeader(
      kind: kind, number: number, payloadBytes: payload.count,
      payload: SHA256Digest.of(payload), previous: previous
    ).bytes + payload
  }
}

extension History {
  /// The history as the bytes of a complete binary file, in blocks of about `blockBytes`.
  package func encoded(blockBytes: Int = 256 << 10) throws(HistoryError) -> [UInt8] {
    var (bytes, previous) = try HistoryEncoder.start(of: header)
    var number: UInt32 = 1
    var index = 0
    while index < events.count {
      var encoder = HistoryEventEncoder()
      var count = 0
      let room = blockBytes + HistoryFormat.maximumEventBytes
      let block = [UInt8](unsafeUninitializedCapacity: room) { buffer, used in
        guard let base = buffer.baseAddress else { return }
        var place = base
        while index < events.count, place - base < blockBytes {
          place = encoder.encode(events[index], at: place)
          index += 1
          count += 1
        }
        used = place - base
      }
      let context = HistoryContext()
      let header = block.withUnsafeBytes {
        HistoryEncoder.eventsHeader(
          number: number, context: context, prefix: context.bytes, events: $0, count: count,
          previous: previous)
      }
      previous = SHA256Digest.of(header.bytes)
      bytes += header.bytes + context.bytes + block
      number += 1
    }
    return bytes + HistoryEncoder.end(number: number, events: events.count, previous: previous)
  }
}
