import AMQP
import Environment

/// Random values of everything that travels, from a seed.
struct RandomValues {
  var generator: SeededGenerator

  init(seed: UInt64, index: UInt64 = 0) {
    generator = SeededGenerator(seed: seed, stream: 1, index: index)
  }

  mutating func below(_ bound: UInt64) -> Int { Int(generator.draw(below: bound)) }

  mutating func flag() -> Bool { generator.next() & 1 == 1 }

  mutating func integer<T: FixedWidthInteger>(_ type: T.Type = T.self) -> T {
    switch below(4) {
    case 0: .min
    case 1: .max
    default: T(truncatingIfNeeded: generator.next())
    }
  }

  mutating func octets(atMost limit: UInt64 = 60) -> [UInt8] {
    let count = below(limit + 1)
    return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
  }

  mutating func text() -> String {
    switch below(8) {
    case 0: return ""
    case 1: return String(repeating: "x", count: 255)
    case 2: return String(repeating: "é", count: 127)
    default:
      let letters = Array("abcdefgh.*#/-_ äß→兎🐇")
      let count = below(20)
      return String((0..<count).map { _ in letters[below(UInt64(letters.count))] })
    }
  }

  mutating func longString() -> LongString {
    flag() ? LongString(text()) : LongString(bytes: octets())
  }

  mutating func table(depth: Int = 0) -> FieldTable {
    let count = depth > 3 ? 0 : below(4)
    return FieldTable(
      (0..<count).map { _ in FieldTable.Entry(text(), value(depth: depth + 1)) })
  }

  mutating func value(depth: Int) -> FieldValue {
    switch below(18) {
    case 0: return .boolean(flag())
    case 1: return .int8(integer())
    case 2: return .uint8(integer())
    case 3: return .int16(integer())
    case 4: return .uint16(integer())
    case 5: return .int32(integer())
    case 6: return .uint32(integer())
    case 7: return .int64(integer())
    case 8: return .uint64(integer())
    case 9: return .float(Float(Int32(truncatingIfNeeded: generator.next())) / 64)
    case 10: return .double(Double(Int64(truncatingIfNeeded: generator.next())) / 64)
    case 11: return .decimal(scale: integer(), value: integer())
    case 12: return .longString(longString())
    case 13:
      let count = depth > 3 ? 0 : below(4)
      return .array((0..<count).map { _ in value(depth: depth + 1) })
    case 14: return .timestamp(integer())
    case 15: return .table(table(depth: depth))
    case 16: return .void
    default: return .bytes(octets())
    }
  }

  mutating func properties() -> BasicProperties {
    var properties = BasicProperties()
    if flag() { properties.contentType = text() }
    if flag() { properties.contentEncoding = text() }
    if flag() { properties.headers = table() }
    if flag() { properties.deliveryMode = integer() }
    if flag() { properties.priority = integer() }
    if flag() { properties.correlationID = text() }
    if flag() { properties.replyTo = text() }
    if flag() { properties.expiration = text() }
    if flag() { properties.messageID = text() }
    if flag() { properties.timestamp = integer() }
    if flag() { properties.type = text() }
    if flag() { properties.userID = text() }
    if flag() { properties.appID = text() }
    if flag() { properties.clusterID = text() }
    return properties
  }

  mutating func notice() -> CloseNotice {
    CloseNotice(
      replyCode: integer(), replyText: text(), classID: integer(), methodID: integer())
  }

  mutating func limits() -> ConnectionLimits {
    ConnectionLimits(channelMax: integer(), frameMax: integer(), heartbeat: integer())
  }
}

/// Random methods, one function a class; `kind` chooses the method.
extension RandomValues {
  /// How many kinds `method` knows: every method of every class.
  static let methodKinds = 68

  mutating func method(kind: Int) -> Method {
    switch kind {
    case 0..<14: .connection(connection(kind: kind))
    case 14..<20: .channel(channel(kind: kind - 14))
    case 20:
      .access(
        .request(
          realm: text(), exclusive: flag(), passive: flag(), active: flag(), write: flag(),
          read: flag()))
    case 21: .access(.requestOk(ticket: integer()))
    case 22..<30: .exchange(exchange(kind: kind - 22))
    case 30..<40: .queue(queue(kind: kind - 30))
    case 40..<58: .basic(basic(kind: kind - 40))
    case 58: .confirm(.select(noWait: flag()))
    case 59: .confirm(.selectOk)
    case 60: .tx(.select)
    case 61: .tx(.selectOk)
    case 62: .tx(.commit)
    case 63: .tx(.commitOk)
    case 64: .tx(.rollback)
    case 65: .tx(.rollbackOk)
    case 66: .channel(.flow(active: false))
    default: .queue(.declare(QueueDeclaration(queue: text(), arguments: table())))
    }
  }

  private mutating func connection(kind: Int) -> ConnectionMethod {
    switch kind {
    case 0:
      .start(
        ServerGreeting(
          versionMajor: integer(), versionMinor: integer(), serverProperties: table(),
          mechanisms: longString(), locales: longString()))
    case 1:
      .startOk(
        ClientGreeting(
          clientProperties: table(), mechanism: text(), response: longString(), locale: text()))
    case 2: .secure(longString())
    case 3: .secureOk(longString())
    case 4: .tune(limits())
    case 5: .tuneOk(limits())
    case 6: .open(virtualHost: text())
    case 7: .openOk
    case 8: .close(notice())
    case 9: .closeOk
    case 10: .blocked(reason: text())
    case 11: .unblocked
    case 12: .updateSecret(longString(), reason: text())
    default: .updateSecretOk
    }
  }

  private mutating func channel(kind: Int) -> ChannelMethod {
    switch kind {
    case 0: .open
    case 1: .openOk
    case 2: .flow(active: flag())
    case 3: .flowOk(active: flag())
    case 4: .close(notice())
    default: .closeOk
    }
  }

  private mutating func exchange(kind: Int) -> ExchangeMethod {
    switch kind {
    case 0:
      .declare(
        ExchangeDeclaration(
          exchange: text(), type: text(), passive: flag(), durable: flag(), autoDelete: flag(),
          isInternal: flag(), noWait: flag(), arguments: table()))
    case 1: .declareOk
    case 2: .delete(exchange: text(), ifUnused: flag(), noWait: flag())
    case 3: .deleteOk
    case 4: .bind(exchangeBinding())
    case 5: .bindOk
    case 6: .unbind(exchangeBinding())
    default: .unbindOk
    }
  }

  private mutating func exchangeBinding() -> ExchangeBinding {
    ExchangeBinding(
      destination: text(), source: text(), routingKey: text(), noWait: flag(), arguments: table())
  }

  private mutating func queueBinding(noWait: Bool) -> QueueBinding {
    QueueBinding(
      queue: text(), exchange: text(), routingKey: text(), noWait: noWait, arguments: table())
  }

  private mutating func queue(kind: Int) -> QueueMethod {
    switch kind {
    case 0:
      .declare(
        QueueDeclaration(
          queue: text(), passive: flag(), durable: flag(), exclusive: flag(), autoDelete: flag(),
          noWait: flag(), arguments: table()))
    case 1: .declareOk(queue: text(), messageCount: integer(), consumerCount: integer())
    case 2: .bind(queueBinding(noWait: flag()))
    case 3: .bindOk
    case 4: .purge(queue: text(), noWait: flag())
    case 5: .purgeOk(messageCount: integer())
    case 6: .delete(queue: text(), ifUnused: flag(), ifEmpty: flag(), noWait: flag())
    case 7: .deleteOk(messageCount: integer())
    case 8: .unbind(queueBinding(noWait: false))
    default: .unbindOk
    }
  }

  private mutating func basic(kind: Int) -> BasicMethod {
    switch kind {
    case 0: .qos(prefetchSize: integer(), prefetchCount: integer(), global: flag())
    case 1: .qosOk
    case 2:
      .consume(
        ConsumeRequest(
          queue: text(), consumerTag: text(), noLocal: flag(), noAck: flag(), exclusive: flag(),
          noWait: flag(), arguments: table()))
    case 3: .consumeOk(consumerTag: text())
    case 4: .cancel(consumerTag: text(), noWait: flag())
    case 5: .cancelOk(consumerTag: text())
    case 6:
      .publish(exchange: text(), routingKey: text(), mandatory: flag(), immediate: flag())
    case 7:
      .return(
        ReturnArguments(
          replyCode: integer(), replyText: text(), exchange: text(), routingKey: text()))
    case 8:
      .deliver(
        DeliverArguments(
          consumerTag: text(), deliveryTag: integer(), redelivered: flag(), exchange: text(),
          routingKey: text()))
    case 9: .get(queue: text(), noAck: flag())
    case 10:
      .getOk(
        GetOkArguments(
          deliveryTag: integer(), redelivered: flag(), exchange: text(), routingKey: text(),
          messageCount: integer()))
    case 11: .getEmpty
    case 12: .ack(deliveryTag: integer(), multiple: flag())
    case 13: .reject(deliveryTag: integer(), requeue: flag())
    case 14: .recoverAsync(requeue: flag())
    case 15: .recover(requeue: flag())
    case 16: .recoverOk
    default: .nack(deliveryTag: integer(), multiple: flag(), requeue: flag())
    }
  }
}
