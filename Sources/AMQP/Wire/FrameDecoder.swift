/// Cuts a byte stream into frames, however the bytes arrive.
///
/// Keeps at most one unfinished frame besides the chunk that was appended last. After an error
/// the stream cannot be trusted: the decoder drops what it holds and repeats the error.
package struct FrameDecoder: Sendable {
  /// The largest frame to accept, headers and end octet included.
  package var frameMax: Int
  private var buffer: [UInt8] = []
  private var cursor = 0
  private var failure: WireError?

  private static let headSize = 7

  /// A decoder for frames of at most `frameMax` bytes.
  package init(frameMax: Int) {
    self.frameMax = frameMax
  }

  /// The number of bytes that wait for the rest of their frame.
  package var buffered: Int { buffer.count - cursor }

  /// Takes the next bytes of the stream; call `next` until it returns nil afterwards.
  package mutating func append(_ bytes: [UInt8]) {
    guard failure == nil else { return }
    if cursor == buffer.count {
      buffer = bytes
    } else {
      buffer.removeFirst(cursor)
      buffer.append(contentsOf: bytes)
    }
    cursor = 0
  }

  /// The next whole frame, nil if more bytes are needed; throws what is wrong with the stream.
  package mutating func next() throws(WireError) -> Frame? {
    if let failure { throw failure }
    do throws(WireError) {
      return try decode()
    } catch {
      failure = error
      buffer = []
      cursor = 0
      throw error
    }
  }

  private mutating func decode() throws(WireError) -> Frame? {
    guard buffered > 0 else { return nil }
    let type = buffer[cursor]
    switch type {
    case FrameType.method, FrameType.header, FrameType.body, FrameType.heartbeat: break
    case ProtocolHeader.bytes[0]: return try refuseProtocolHeader()
    default: throw .unknownFrameType(type)
    }
    guard buffered >= Self.headSize else { return nil }
    var head = WireReader(buffer, in: cursor + 1..<cursor + Self.headSize)
    let channel = try head.short()
    let size = Int(try head.long())
    guard size <= frameMax - Frame.overhead else {
      throw .frameTooLarge(size: size + Frame.overhead, limit: frameMax)
    }
    guard buffered >= size + Frame.overhead else { return nil }
    let payload = cursor + Self.headSize..<cursor + Self.headSize + size
    let end = buffer[payload.upperBound]
    guard end == Frame.endOctet else { throw .badFrameEnd(end) }
    cursor = payload.upperBound + 1
    return try frame(type, channel: channel, payload: payload)
  }

  private func frame(
    _ type: UInt8, channel: UInt16, payload: Range<Int>
  ) throws(WireError) -> Frame {
    switch type {
    case FrameType.method:
      var reader = WireReader(buffer, in: payload)
      let method = try Method(from: &reader)
      try reader.finish()
      return .method(channel: channel, method)
    case FrameType.header:
      var reader = WireReader(buffer, in: payload)
      let classID = try reader.short()
      guard classID == Frame.contentClass else { throw .wrongContentClass(classID) }
      _ = try reader.short()
      let bodySize = try reader.longLong()
      let properties = try BasicProperties(from: &reader)
      try reader.finish()
      return .header(
        channel: channel, ContentHeader(bodySize: bodySize, properties: properties))
    case FrameType.body:
      return .body(channel: channel, Array(buffer[payload]))
    default:
      guard payload.isEmpty, channel == 0 else { throw .badHeartbeat }
      return .heartbeat
    }
  }

  /// A broker that does not speak our version answers with its own protocol header.
  private func refuseProtocolHeader() throws(WireError) -> Frame? {
    let known = ProtocolHeader.bytes
    for index in 0..<min(4, buffered) where buffer[cursor + index] != known[index] {
      throw .notAMQP
    }
    guard buffered >= known.count else { return nil }
    throw .protocolHeader(
      major: buffer[cursor + 5], minor: buffer[cursor + 6], revision: buffer[cursor + 7])
  }
}
