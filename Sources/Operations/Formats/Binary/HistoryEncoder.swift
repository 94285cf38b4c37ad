import Environment

/// Builds the bytes of binary histories out of blocks; see `HistoryFormat`.
package enum HistoryEncoder {
  /// What every file starts with: the magic bytes and the header block.
  package static func start(of header: HistoryHeader) throws(HistoryError) -> [UInt8] {
    let payload = try header.payload
    return HistoryFormat.magic + block(.header, number: 0, payload: payload)
  }

  /// The header of an events block.
  ///
  /// The payload is `prefix`, the bytes of `context`, and then `events`, bare encoded events of
  /// which there are `count` and the first of which follows on `context`.
  package static func eventsHeader(
    number: UInt32, context: HistoryContext, prefix: [UInt8], events: UnsafeRawBufferPointer,
    count: Int
  ) -> HistoryBlockHeader {
    var checksum = Checksum()
    prefix.withUnsafeBytes { checksum.add($0) }
    checksum.add(events)
    var decoder = HistoryEventDecoder(events: events, context: context)
    let first = (try? decoder.next())?.at ?? .zero
    return HistoryBlockHeader(
      kind: .events, number: number, payloadBytes: prefix.count + events.count, events: count,
      first: first, checksum: checksum.value)
  }

  /// The end block of a history of `events` events.
  package static func end(number: UInt32, events: Int) -> [UInt8] {
    var payload: [UInt8] = []
    payload.appendVarint(UInt64(events))
    return block(.end, number: number, payload: payload)
  }

  private static func block(
    _ kind: HistoryBlockKind, number: UInt32, payload: [UInt8]
  ) -> [UInt8] {
    HistoryBlockHeader(
      kind: kind, number: number, payloadBytes: payload.count,
      checksum: payload.withUnsafeBytes { Checksum.of($0) }
    ).bytes + payload
  }
}

extension History {
  /// The history as the bytes of a complete binary file, in blocks of about `blockBytes`.
  package func encoded(blockBytes: Int = 256 << 10) throws(HistoryError) -> [UInt8] {
    var bytes = try HistoryEncoder.start(of: header)
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
          number: number, context: context, prefix: context.bytes, events: $0, count: count)
      }
      bytes += header.bytes + context.bytes + block
      number += 1
    }
    return bytes + HistoryEncoder.end(number: number, events: events.count)
  }
}
