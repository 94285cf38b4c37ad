/// The arguments of `queue.declare`.
package struct QueueDeclaration: Hashable, Sendable {
  /// The queue; empty asks the broker for a name.
  package var queue: String
  /// Only ask whether it exists, and for its counts.
  package var passive: Bool
  /// Survive a restart of the broker.
  package var durable: Bool
  /// Belong to this connection only.
  package var exclusive: Bool
  /// Go when the last consumer goes.
  package var autoDelete: Bool
  /// Send no answer.
  package var noWait: Bool
  /// Optional arguments such as `x-queue-type`.
  package var arguments: FieldTable

  /// A declaration.
  package init(
    queue: String, passive: Bool = false, durable: Bool = false, exclusive: Bool = false,
    autoDelete: Bool = false, noWait: Bool = false, arguments: FieldTable = [:]
  ) {
    self.queue = queue
    self.passive = passive
    self.durable = durable
    self.exclusive = exclusive
    self.autoDelete = autoDelete
    self.noWait = noWait
    self.arguments = arguments
  }

  func encode(into writer: inout WireWriter) throws(WireError) {
    writer.short(0)
    try writer.shortString(queue)
    writer.octet(UInt8(bits: passive, durable, exclusive, autoDelete, noWait))
    try writer.table(arguments)
  }

  init(from reader: inout WireReader) throws(WireError) {
    _ = try reader.short()
    queue = try reader.shortString()
    let bits = try reader.octet()
    passive = bits.bit(0)
    durable = bits.bit(1)
    exclusive = bits.bit(2)
    autoDelete = bits.bit(3)
    noWait = bits.bit(4)
    arguments = try reader.table()
  }
}

/// The arguments of `queue.bind` and `queue.unbind`.
package struct QueueBinding: Hashable, Sendable {
  /// The queue that receives.
  package var queue: String
  /// The exchange that sends.
  package var exchange: String
  /// The routing key or pattern.
  package var routingKey: String
  /// Send no answer; `queue.unbind` has no such bit and ignores it.
  package var noWait: Bool
  /// Arguments for headers exchanges.
  package var arguments: FieldTable

  /// A binding.
  package init(
    queue: String, exchange: String, routingKey: String, noWait: Bool = false,
    arguments: FieldTable = [:]
  ) {
    self.queue = queue
    self.exchange = exchange
    self.routingKey = routingKey
    self.noWait = noWait
    self.arguments = arguments
  }

  fileprivate func encode(into writer: inout WireWriter, withNoWait: Bool) throws(WireError) {
    writer.short(0)
    try writer.shortString(queue)
    try writer.shortString(exchange)
    try writer.shortString(routingKey)
    if withNoWait { writer.octet(UInt8(bits: noWait)) }
    try writer.table(arguments)
  }

  fileprivate init(from reader: inout WireReader, withNoWait: Bool) throws(WireError) {
    _ = try reader.short()
    queue = try reader.shortString()
    exchange = try reader.shortString()
    routingKey = try reader.shortString()
    noWait = withNoWait ? try reader.octet().bit(0) : false
    arguments = try reader.table()
  }
}

/// The methods of class queue (50).
package enum QueueMethod: Hashable, Sendable {
  /// 10.
  case declare(QueueDeclaration)
  /// 11: the name, the ready messages and the consumers.
  case declareOk(queue: String, messageCount: UInt32, consumerCount: UInt32)
  /// 20.
  case bind(QueueBinding)
  /// 21.
  case bindOk
  /// 30.
  case purge(queue: String, noWait: Bool = false)
  /// 31.
  case purgeOk(messageCount: UInt32)
  /// 40.
  case delete(queue: String, ifUnused: Bool = false, ifEmpty: Bool = false, noWait: Bool = false)
  /// 41.
  case deleteOk(messageCount: UInt32)
  /// 50.
  case unbind(QueueBinding)
  /// 51.
  case unbindOk

  /// The class on the wire.
  package static let classID: UInt16 = 50

  /// The method on the wire.
  package var methodID: UInt16 {
    switch self {
    case .declare: 10
    case .declareOk: 11
    case .bind: 20
    case .bindOk: 21
    case .purge: 30
    case .purgeOk: 31
    case .delete: 40
    case .deleteOk: 41
    case .unbind: 50
    case .unbindOk: 51
    }
  }

  func encodeArguments(into writer: inout WireWriter) throws(WireError) {
    switch self {
    case .declare(let declaration): try declaration.encode(into: &writer)
    case .declareOk(let queue, let messageCount, let consumerCount):
      try writer.shortString(queue)
      writer.long(messageCount)
      writer.long(consumerCount)
    case .bind(let binding): try binding.encode(into: &writer, withNoWait: true)
    case .purge(let queue, let noWait):
      writer.short(0)
      try writer.shortString(queue)
      writer.octet(UInt8(bits: noWait))
    case .purgeOk(let messageCount), .deleteOk(let messageCount): writer.long(messageCount)
    case .delete(let queue, let ifUnused, let ifEmpty, let noWait):
      writer.short(0)
      try writer.shortString(queue)
      writer.octet(UInt8(bits: ifUnused, ifEmpty, noWait))
    case .unbind(let binding): try binding.encode(into: &writer, withNoWait: false)
    case .bindOk, .unbindOk: break
    }
  }

  init(_ methodID: UInt16, from reader: inout WireReader) throws(WireError) {
    switch methodID {
    case 10: self = .declare(try QueueDeclaration(from: &reader))
    case 11:
      let queue = try reader.shortString()
      let messageCount = try reader.long()
      self = .declareOk(
        queue: queue, messageCount: messageCount, consumerCount: try reader.long())
    case 20: self = .bind(try QueueBinding(from: &reader, withNoWait: true))
    case 21: self = .bindOk
    case 30:
      _ = try reader.short()
      let queue = try reader.shortString()
      self = .purge(queue: queue, noWait: try reader.octet().bit(0))
    case 31: self = .purgeOk(messageCount: try reader.long())
    case 40:
      _ = try reader.short()
      let queue = try reader.shortString()
      let bits = try reader.octet()
      self = .delete(
        queue: queue, ifUnused: bits.bit(0), ifEmpty: bits.bit(1), noWait: bits.bit(2))
    case 41: self = .deleteOk(messageCount: try reader.long())
    case 50: self = .unbind(try QueueBinding(from: &reader, withNoWait: false))
    case 51: self = .unbindOk
    default: throw .unknownMethod(classID: Self.classID, methodID: methodID)
    }
  }
}
