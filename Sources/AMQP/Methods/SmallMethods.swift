/// The methods of class channel (20).
package enum ChannelMethod: Hashable, Sendable {
  /// 10.
  case open
  /// 11.
  case openOk
  /// 20, from either side: whether the peer may send contents.
  case flow(active: Bool)
  /// 21.
  case flowOk(active: Bool)
  /// 40, from either side.
  case close(CloseNotice)
  /// 41.
  case closeOk

  /// The class on the wire.
  package static let classID: UInt16 = 20

  /// The method on the wire.
  package var methodID: UInt16 {
    switch self {
    case .open: 10
    case .openOk: 11
    case .flow: 20
    case .flowOk: 21
    case .close: 40
    case .closeOk: 41
    }
  }

  func encodeArguments(into writer: inout WireWriter) throws(WireError) {
    switch self {
    case .open: writer.octet(0)
    case .openOk: writer.long(0)
    case .flow(let active), .flowOk(let active): writer.octet(UInt8(bits: active))
    case .close(let notice): try notice.encode(into: &writer)
    case .closeOk: break
    }
  }

  init(_ methodID: UInt16, from reader: inout WireReader) throws(WireError) {
    switch methodID {
    case 10:
      _ = try reader.shortString()
      self = .open
    case 11:
      _ = try reader.longString()
      self = .openOk
    case 20: self = .flow(active: try reader.octet().bit(0))
    case 21: self = .flowOk(active: try reader.octet().bit(0))
    case 40: self = .close(try CloseNotice(from: &reader))
    case 41: self = .closeOk
    default: throw .unknownMethod(classID: Self.classID, methodID: methodID)
    }
  }
}

/// The methods of class access (30), which brokers answer and otherwise ignore.
package enum AccessMethod: Hashable, Sendable {
  /// 10.
  case request(
    realm: String, exclusive: Bool = false, passive: Bool = true, active: Bool = true,
    write: Bool = true, read: Bool = true)
  /// 11.
  case requestOk(ticket: UInt16)

  /// The class on the wire.
  package static let classID: UInt16 = 30

  /// The method on the wire.
  package var methodID: UInt16 {
    switch self {
    case .request: 10
    case .requestOk: 11
    }
  }

  func encodeArguments(into writer: inout WireWriter) throws(WireError) {
    switch self {
    case .request(let realm, let exclusive, let passive, let active, let write, let read):
      try writer.shortString(realm)
      writer.octet(UInt8(bits: exclusive, passive, active, write, read))
    case .requestOk(let ticket): writer.short(ticket)
    }
  }

  init(_ methodID: UInt16, from reader: inout WireReader) throws(WireError) {
    switch methodID {
    case 10:
      let realm = try reader.shortString()
      let bits = try reader.octet()
      self = .request(
        realm: realm, exclusive: bits.bit(0), passive: bits.bit(1), active: bits.bit(2),
        write: bits.bit(3), read: bits.bit(4))
    case 11: self = .requestOk(ticket: try reader.short())
    default: throw .unknownMethod(classID: Self.classID, methodID: methodID)
    }
  }
}

/// The methods of class confirm (85).
package enum ConfirmMethod: Hashable, Sendable {
  /// 10.
  case select(noWait: Bool = false)
  /// 11.
  case selectOk

  /// The class on the wire.
  package static let classID: UInt16 = 85

  /// The method on the wire.
  package var methodID: UInt16 {
    switch self {
    case .select: 10
    case .selectOk: 11
    }
  }

  func encodeArguments(into writer: inout WireWriter) throws(WireError) {
    if case .select(let noWait) = self { writer.octet(UInt8(bits: noWait)) }
  }

  init(_ methodID: UInt16, from reader: inout WireReader) throws(WireError) {
    switch methodID {
    case 10: self = .select(noWait: try reader.octet().bit(0))
    case 11: self = .selectOk
    default: throw .unknownMethod(classID: Self.classID, methodID: methodID)
    }
  }
}

/// The methods of class tx (90); none has arguments.
package enum TransactionMethod: UInt16, Hashable, Sendable {
  /// 10.
  case select = 10
  /// 11.
  case selectOk = 11
  /// 20.
  case commit = 20
  /// 21.
  case commitOk = 21
  /// 30.
  case rollback = 30
  /// 31.
  case rollbackOk = 31

  /// The class on the wire.
  package static let classID: UInt16 = 90

  /// The method on the wire.
  package var methodID: UInt16 { rawValue }

  init(_ methodID: UInt16) throws(WireError) {
    guard let method = Self(rawValue: methodID) else {
      throw .unknownMethod(classID: Self.classID, methodID: methodID)
    }
    self = method
  }
}
