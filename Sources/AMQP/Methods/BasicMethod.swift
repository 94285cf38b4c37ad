/// The methods of class basic (60).
package enum BasicMethod: Hashable, Sendable {
  /// 10.
  case qos(prefetchSize: UInt32 = 0, prefetchCount: UInt16, global: Bool = false)
  /// 11.
  case qosOk
  /// 20.
  case consume(ConsumeRequest)
  /// 21.
  case consumeOk(consumerTag: String)
  /// 30, from either side.
  case cancel(consumerTag: String, noWait: Bool = false)
  /// 31.
  case cancelOk(consumerTag: String)
  /// 40, followed by a content.
  case publish(exchange: String, routingKey: String, mandatory: Bool, immediate: Bool = false)
  /// 50, followed by a content.
  case `return`(ReturnArguments)
  /// 60, followed by a content.
  case deliver(DeliverArguments)
  /// 70.
  case get(queue: String, noAck: Bool)
  /// 71, followed by a content.
  case getOk(GetOkArguments)
  /// 72.
  case getEmpty
  /// 80; from a broker it confirms publishes.
  case ack(deliveryTag: UInt64, multiple: Bool)
  /// 90.
  case reject(deliveryTag: UInt64, requeue: Bool)
  /// 100.
  case recoverAsync(requeue: Bool)
  /// 110.
  case recover(requeue: Bool)
  /// 111.
  case recoverOk
  /// 120; from a broker it refuses publishes.
  case nack(deliveryTag: UInt64, multiple: Bool, requeue: Bool)

  /// The class on the wire.
  package static let classID: UInt16 = 60

  /// The method on the wire.
  package var methodID: UInt16 {
    switch self {
    case .qos: 10
    case .qosOk: 11
    case .consume: 20
    case .consumeOk: 21
    case .cancel: 30
    case .cancelOk: 31
    case .publish: 40
    case .return: 50
    case .deliver: 60
    case .get: 70
    case .getOk: 71
    case .getEmpty: 72
    case .ack: 80
    case .reject: 90
    case .recoverAsync: 100
    case .recover: 110
    case .recoverOk: 111
    case .nack: 120
    }
  }

  /// Whether a header and a body follow the method.
  package var carriesContent: Bool {
    switch self {
    case .publish, .return, .deliver, .getOk: true
    default: false
    }
  }

  func encodeArguments(into writer: inout WireWriter) throws(WireError) {
    switch self {
    case .qos(let prefetchSize, let prefetchCount, let global):
      writer.long(prefetchSize)
      writer.short(prefetchCount)
      writer.octet(UInt8(bits: global))
    case .consume(let request): try request.encode(into: &writer)
    case .consumeOk(let consumerTag), .cancelOk(let consumerTag):
      try writer.shortString(consumerTag)
    case .cancel(let consumerTag, let noWait):
      try writer.shortString(consumerTag)
      writer.octet(UInt8(bits: noWait))
    case .publish(let exchange, let routingKey, let mandatory, let immediate):
      writer.short(0)
      try writer.shortString(exchange)
      try writer.shortString(routingKey)
      writer.octet(UInt8(bits: mandatory, immediate))
    case .return(let arguments): try arguments.encode(into: &writer)
    case .deliver(let arguments): try arguments.encode(into: &writer)
    case .get(let queue, let noAck):
      writer.short(0)
      try writer.shortString(queue)
      writer.octet(UInt8(bits: noAck))
    case .getOk(let arguments): try arguments.encode(into: &writer)
    case .getEmpty: writer.octet(0)
    case .ack(let deliveryTag, let flag), .reject(let deliveryTag, let flag):
      writer.longLong(deliveryTag)
      writer.octet(UInt8(bits: flag))
    case .recoverAsync(let requeue), .recover(let requeue): writer.octet(UInt8(bits: requeue))
    case .nack(let deliveryTag, let multiple, let requeue):
      writer.longLong(deliveryTag)
      writer.octet(UInt8(bits: multiple, requeue))
    case .qosOk, .recoverOk: break
    }
  }
}

extension BasicMethod {
  init(_ methodID: UInt16, from reader: inout WireReader) throws(WireError) {
    switch methodID {
    case 10:
      let prefetchSize = try reader.long()
      let prefetchCount = try reader.short()
      self = .qos(
        prefetchSize: prefetchSize, prefetchCount: prefetchCount,
        global: try reader.octet().bit(0))
    case 11: self = .qosOk
    case 20: self = .consume(try ConsumeRequest(from: &reader))
    case 21: self = .consumeOk(consumerTag: try reader.shortString())
    case 30:
      let consumerTag = try reader.shortString()
      self = .cancel(consumerTag: consumerTag, noWait: try reader.octet().bit(0))
    case 31: self = .cancelOk(consumerTag: try reader.shortString())
    case 40: self = try Self.publish(from: &reader)
    case 50: self = .return(try ReturnArguments(from: &reader))
    case 60: self = .deliver(try DeliverArguments(from: &reader))
    case 70:
      _ = try reader.short()
      let queue = try reader.shortString()
      self = .get(queue: queue, noAck: try reader.octet().bit(0))
    case 71: self = .getOk(try GetOkArguments(from: &reader))
    case 72:
      _ = try reader.shortString()
      self = .getEmpty
    case 80:
      let deliveryTag = try reader.longLong()
      self = .ack(deliveryTag: deliveryTag, multiple: try reader.octet().bit(0))
    case 90:
      let deliveryTag = try reader.longLong()
      self = .reject(deliveryTag: deliveryTag, requeue: try reader.octet().bit(0))
    case 100: self = .recoverAsync(requeue: try reader.octet().bit(0))
    case 110: self = .recover(requeue: try reader.octet().bit(0))
    case 111: self = .recoverOk
    case 120:
      let deliveryTag = try reader.longLong()
      let bits = try reader.octet()
      self = .nack(deliveryTag: deliveryTag, multiple: bits.bit(0), requeue: bits.bit(1))
    default: throw .unknownMethod(classID: Self.classID, methodID: methodID)
    }
  }

  private static func publish(from reader: inout WireReader) throws(WireError) -> BasicMethod {
    _ = try reader.short()
    let exchange = try reader.shortString()
    let routingKey = try reader.shortString()
    let bits = try reader.octet()
    return .publish(
      exchange: exchange, routingKey: routingKey, mandatory: bits.bit(0), immediate: bits.bit(1))
  }
}
