/// The arguments of `exchange.declare`.
package struct ExchangeDeclaration: Hashable, Sendable {
  /// The exchange.
  package var exchange: String
  /// `direct`, `fanout`, `topic`, `headers`, or what the broker adds.
  package var type: String
  /// Only ask whether it exists.
  package var passive: Bool
  /// Survive a restart of the broker.
  package var durable: Bool
  /// Go when the last binding goes.
  package var autoDelete: Bool
  /// Refuse publishes from clients.
  package var isInternal: Bool
  /// Send no answer.
  package var noWait: Bool
  /// Optional arguments such as `alternate-exchange`.
  package var arguments: FieldTable

  /// A declaration.
  package init(
    exchange: String, type: String = "direct", passive: Bool = false, durable: Bool = false,
    autoDelete: Bool = false, isInternal: Bool = false, noWait: Bool = false,
    arguments: FieldTable = [:]
  ) {
    self.exchange = exchange
    self.type = type
    self.passive = passive
    self.durable = durable
    self.autoDelete = autoDelete
    self.isInternal = isInternal
    self.noWait = noWait
    self.arguments = arguments
  }

  func encode(into writer: inout WireWriter) throws(WireError) {
    writer.short(0)
    try writer.shortString(exchange)
    try writer.shortString(type)
    writer.octet(UInt8(bits: passive, durable, autoDelete, isInternal, noWait))
    try writer.table(arguments)
  }

  init(from reader: inout WireReader) throws(WireError) {
    _ = try reader.short()
    exchange = try reader.shortString()
    type = try reader.shortString()
    let bits = try reader.octet()
    passive = bits.bit(0)
    durable = bits.bit(1)
    autoDelete = bits.bit(2)
    isInternal = bits.bit(3)
    noWait = bits.bit(4)
    arguments = try reader.table()
  }
}

/// The arguments of `exchange.bind` and `exchange.unbind`.
package struct ExchangeBinding: Hashable, Sendable {
  /// The exchange that receives.
  package var destination: String
  /// The exchange that sends.
  package var source: String
  /// The routing key or pattern.
  package var routingKey: String
  /// Send no answer.
  package var noWait: Bool
  /// Arguments for headers exchanges.
  package var arguments: FieldTable

  /// A binding.
  package init(
    destination: String, source: String, routingKey: String, noWait: Bool = false,
    arguments: FieldTable = [:]
  ) {
    self.destination = destination
    self.source = source
    self.routingKey = routingKey
    self.noWait = noWait
    self.arguments = arguments
  }

  func encode(into writer: inout WireWriter) throws(WireError) {
    writer.short(0)
    try writer.shortString(destination)
    try writer.shortString(source)
    try writer.shortString(routingKey)
    writer.octet(UInt8(bits: noWait))
    try writer.table(arguments)
  }

  init(from reader: inout WireReader) throws(WireError) {
    _ = try reader.short()
    destination = try reader.shortString()
    source = try reader.shortString()
    routingKey = try reader.shortString()
    noWait = try reader.octet().bit(0)
    arguments = try reader.table()
  }
}

/// The methods of class exchange (40).
package enum ExchangeMethod: Hashable, Sendable {
  /// 10.
  case declare(ExchangeDeclaration)
  /// 11.
  case declareOk
  /// 20.
  case delete(exchange: String, ifUnused: Bool = false, noWait: Bool = false)
  /// 21.
  case deleteOk
  /// 30.
  case bind(ExchangeBinding)
  /// 31.
  case bindOk
  /// 40.
  case unbind(ExchangeBinding)
  /// 51, not 41.
  case unbindOk

  /// The class on the wire.
  package static let classID: UInt16 = 40

  /// The method on the wire.
  package var methodID: UInt16 {
    switch self {
    case .declare: 10
    case .declareOk: 11
    case .delete: 20
    case .deleteOk: 21
    case .bind: 30
    case .bindOk: 31
    case .unbind: 40
    case .unbindOk: 51
    }
  }

  func encodeArguments(into writer: inout WireWriter) throws(WireError) {
    switch self {
    case .declare(let declaration): try declaration.encode(into: &writer)
    case .delete(let exchange, let ifUnused, let noWait):
      writer.short(0)
      try writer.shortString(exchange)
      writer.octet(UInt8(bits: ifUnused, noWait))
    case .bind(let binding), .unbind(let binding): try binding.encode(into: &writer)
    case .declareOk, .deleteOk, .bindOk, .unbindOk: break
    }
  }

  init(_ methodID: UInt16, from reader: inout WireReader) throws(WireError) {
    switch methodID {
    case 10: self = .declare(try ExchangeDeclaration(from: &reader))
    case 11: self = .declareOk
    case 20:
      _ = try reader.short()
      let exchange = try reader.shortString()
      let bits = try reader.octet()
      self = .delete(exchange: exchange, ifUnused: bits.bit(0), noWait: bits.bit(1))
    case 21: self = .deleteOk
    case 30: self = .bind(try ExchangeBinding(from: &reader))
    case 31: self = .bindOk
    case 40: self = .unbind(try ExchangeBinding(from: &reader))
    case 51: self = .unbindOk
    default: throw .unknownMethod(classID: Self.classID, methodID: methodID)
    }
  }
}
