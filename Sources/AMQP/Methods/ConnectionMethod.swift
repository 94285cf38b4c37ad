/// The methods of class connection (10).
package enum ConnectionMethod: Hashable, Sendable {
  /// 10, from the broker.
  case start(ServerGreeting)
  /// 11, the answer.
  case startOk(ClientGreeting)
  /// 20, from the broker: a challenge.
  case secure(LongString)
  /// 21, the answer.
  case secureOk(LongString)
  /// 30, from the broker: what it proposes.
  case tune(ConnectionLimits)
  /// 31, the answer: what holds.
  case tuneOk(ConnectionLimits)
  /// 40.
  case open(virtualHost: String)
  /// 41.
  case openOk
  /// 50, from either side.
  case close(CloseNotice)
  /// 51.
  case closeOk
  /// 60, from the broker: publishing stalls because of `reason`.
  case blocked(reason: String)
  /// 61, from the broker.
  case unblocked
  /// 70: a new secret for a mechanism that expires.
  case updateSecret(LongString, reason: String)
  /// 71.
  case updateSecretOk

  /// The class on the wire.
  package static let classID: UInt16 = 10

  /// The method on the wire.
  package var methodID: UInt16 {
    switch self {
    case .start: 10
    case .startOk: 11
    case .secure: 20
    case .secureOk: 21
    case .tune: 30
    case .tuneOk: 31
    case .open: 40
    case .openOk: 41
    case .close: 50
    case .closeOk: 51
    case .blocked: 60
    case .unblocked: 61
    case .updateSecret: 70
    case .updateSecretOk: 71
    }
  }

  func encodeArguments(into writer: inout WireWriter) throws(WireError) {
    switch self {
    case .start(let greeting): try greeting.encode(into: &writer)
    case .startOk(let greeting): try greeting.encode(into: &writer)
    case .secure(let octets), .secureOk(let octets): writer.longString(octets.bytes)
    case .tune(let limits), .tuneOk(let limits): limits.encode(into: &writer)
    case .open(let virtualHost):
      try writer.shortString(virtualHost)
      writer.octet(0)
      writer.octet(0)
    case .openOk: writer.octet(0)
    case .close(let notice): try notice.encode(into: &writer)
    case .blocked(let reason): try writer.shortString(reason)
    case .updateSecret(let secret, let reason):
      writer.longString(secret.bytes)
      try writer.shortString(reason)
    case .closeOk, .unblocked, .updateSecretOk: break
    }
  }

  init(_ methodID: UInt16, from reader: inout WireReader) throws(WireError) {
    switch methodID {
    case 10: self = .start(try ServerGreeting(from: &reader))
    case 11: self = .startOk(try ClientGreeting(from: &reader))
    case 20: self = .secure(LongString(bytes: try reader.longString()))
    case 21: self = .secureOk(LongString(bytes: try reader.longString()))
    case 30: self = .tune(try ConnectionLimits(from: &reader))
    case 31: self = .tuneOk(try ConnectionLimits(from: &reader))
    case 40:
      self = .open(virtualHost: try reader.shortString())
      _ = try reader.shortString()
      _ = try reader.octet()
    case 41:
      _ = try reader.shortString()
      self = .openOk
    case 50: self = .close(try CloseNotice(from: &reader))
    case 51: self = .closeOk
    case 60: self = .blocked(reason: try reader.shortString())
    case 61: self = .unblocked
    case 70:
      let secret = LongString(bytes: try reader.longString())
      self = .updateSecret(secret, reason: try reader.shortString())
    case 71: self = .updateSecretOk
    default: throw .unknownMethod(classID: Self.classID, methodID: methodID)
    }
  }
}
