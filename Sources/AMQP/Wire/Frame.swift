/// The header frame of a content: how long its body is, and its properties.
package struct ContentHeader: Hashable, Sendable {
  /// The number of body bytes that follow in body frames.
  package var bodySize: UInt64
  /// The properties.
  package var properties: BasicProperties

  /// A header for a body of `bodySize` bytes.
  package init(bodySize: UInt64, properties: BasicProperties) {
    self.bodySize = bodySize
    self.properties = properties
  }
}

/// One frame of AMQP 0-9-1 (section 4.2.3 of the specification).
package enum Frame: Hashable, Sendable {
  /// Frame type 1.
  case method(channel: UInt16, Method)
  /// Frame type 2.
  indirect case header(channel: UInt16, ContentHeader)
  /// Frame type 3: a piece of a body.
  case body(channel: UInt16, [UInt8])
  /// Frame type 8, always on channel 0.
  case heartbeat

  /// The smallest frame size that two peers may agree on.
  package static let minimumSize = 4096
  /// Bytes around a payload: type, channel, size and end octet.
  package static let overhead = 8
  /// The octet that ends every frame.
  package static let endOctet: UInt8 = 0xCE
  /// The class of every content, basic.
  package static let contentClass: UInt16 = 60

  /// The channel the frame belongs to.
  package var channel: UInt16 {
    switch self {
    case .method(let channel, _), .header(let channel, _), .body(let channel, _): channel
    case .heartbeat: 0
    }
  }
}

/// The type octets of frames.
enum FrameType {
  static let method: UInt8 = 1
  static let header: UInt8 = 2
  static let body: UInt8 = 3
  static let heartbeat: UInt8 = 8
}

/// The eight bytes with which a client opens its connection.
package enum ProtocolHeader {
  /// `AMQP` 0 0 9 1.
  package static let bytes: [UInt8] = [0x41, 0x4D, 0x51, 0x50, 0, 0, 9, 1]
}
