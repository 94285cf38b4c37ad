/// Looks through one direction of a conversation with epmd, byte by byte as it passes.
///
/// Source: the Erlang distribution protocol, section "EPMD Protocol". A request is a length of two
/// bytes and a body whose first byte is its kind; PORT_PLEASE2_REQ is 122. The answer
/// PORT2_RESP is 119, a result (0 is success) and, on success, the port in two bytes.
package struct EpmdFilter: Hashable, Sendable {
  /// Which side's bytes are looked at.
  package enum Side: Hashable, Sendable {
    /// The node that asks: only one PORT_PLEASE2_REQ may pass.
    case request
    /// The real epmd: the port in a successful answer becomes this one.
    case answer(port: UInt16)
  }

  /// The longest body of a request: a kind and a node name of at most 255 characters of UTF-8.
  package static let longestRequest = 1 + 4 * 255

  private let side: Side
  private var position = 0
  private var length = 0
  private var rewrites = true

  /// A filter for one direction of a new connection.
  package init(_ side: Side) {
    self.side = side
  }

  /// Passes `bytes` on in place; false when they are not allowed, and then none may be forwarded.
  package mutating func pass(_ bytes: UnsafeMutableRawBufferPointer) -> Bool {
    for index in bytes.indices {
      switch side {
      case .request:
        guard allows(bytes[index]) else { return false }
      case .answer(let port):
        bytes[index] = rewritten(bytes[index], port: port)
      }
      position += 1
    }
    return true
  }

  private mutating func allows(_ byte: UInt8) -> Bool {
    switch position {
    case 0:
      length = Int(byte) << 8
      return true
    case 1:
      length |= Int(byte)
      return length >= 1 && length <= Self.longestRequest
    case 2: return byte == 122
    default: return position < 2 + length
    }
  }

  private mutating func rewritten(_ byte: UInt8, port: UInt16) -> UInt8 {
    switch position {
    case 0: rewrites = byte == 119
    case 1: rewrites = rewrites && byte == 0
    case 2 where rewrites: return UInt8(port >> 8)
    case 3 where rewrites: return UInt8(port & 0xFF)
    default: break
    }
    return byte
  }
}
