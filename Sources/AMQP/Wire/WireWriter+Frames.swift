extension WireWriter {
  /// Appends one frame; on an error the writer is as before.
  ///
  /// `frameMax` is the agreed size of a whole frame. Bodies are not split here: see `content`.
  package mutating func frame(_ frame: Frame, frameMax: Int) throws(WireError) {
    switch frame {
    case .method(let channel, let method):
      try self.method(method, channel: channel, frameMax: frameMax)
    case .header(let channel, let header):
      try self.header(header, channel: channel, frameMax: frameMax)
    case .body(let channel, let payload):
      let size = payload.count + Frame.overhead
      guard size <= frameMax else { throw .frameTooLarge(size: size, limit: frameMax) }
      frameHead(FrameType.body, channel: channel, size: payload.count)
      octets(payload)
      octet(Frame.endOctet)
    case .heartbeat: heartbeat()
    }
  }

  /// Appends a heartbeat.
  package mutating func heartbeat() {
    frameHead(FrameType.heartbeat, channel: 0, size: 0)
    octet(Frame.endOctet)
  }

  /// Appends a method frame; on an error the writer is as before.
  package mutating func method(
    _ method: Method, channel: UInt16, frameMax: Int
  ) throws(WireError) {
    let start = count
    frameHead(FrameType.method, channel: channel, size: 0)
    short(method.classID)
    short(method.methodID)
    do throws(WireError) {
      try method.encodeArguments(into: &self)
      try finishFrame(from: start, frameMax: frameMax)
    } catch {
      truncate(to: start)
      throw error
    }
  }

  /// Appends a header frame; on an error the writer is as before.
  package mutating func header(
    _ header: ContentHeader, channel: UInt16, frameMax: Int
  ) throws(WireError) {
    let start = count
    frameHead(FrameType.header, channel: channel, size: 0)
    short(Frame.contentClass)
    short(0)
    longLong(header.bodySize)
    do throws(WireError) {
      try header.properties.encode(into: &self)
      try finishFrame(from: start, frameMax: frameMax)
    } catch {
      truncate(to: start)
      throw error
    }
  }

  /// Appends a method that carries a content, its header, and its body in as many frames as
  /// `frameMax` asks for; on an error the writer is as before.
  package mutating func content(
    _ method: Method, properties: BasicProperties, body: [UInt8], channel: UInt16, frameMax: Int
  ) throws(WireError) {
    let start = count
    try self.method(method, channel: channel, frameMax: frameMax)
    do throws(WireError) {
      let header = ContentHeader(bodySize: UInt64(body.count), properties: properties)
      try self.header(header, channel: channel, frameMax: frameMax)
    } catch {
      truncate(to: start)
      throw error
    }
    self.body(body, channel: channel, frameMax: frameMax)
  }

  private mutating func body(_ body: [UInt8], channel: UInt16, frameMax: Int) {
    let piece = max(frameMax, Frame.minimumSize) - Frame.overhead
    var position = 0
    while position < body.count {
      let size = min(piece, body.count - position)
      frameHead(FrameType.body, channel: channel, size: size)
      if size == body.count {
        octets(body)
      } else {
        octets(body[position..<position + size])
      }
      octet(Frame.endOctet)
      position += size
    }
  }

  private mutating func frameHead(_ type: UInt8, channel: UInt16, size: Int) {
    prepare()
    octet(type)
    short(channel)
    long(UInt32(truncatingIfNeeded: size))
  }

  private mutating func finishFrame(from start: Int, frameMax: Int) throws(WireError) {
    octet(Frame.endOctet)
    let size = count - start
    guard size <= frameMax else { throw .frameTooLarge(size: size, limit: frameMax) }
    patchLong(UInt32(truncatingIfNeeded: size - Frame.overhead), at: start + 3)
  }
}
