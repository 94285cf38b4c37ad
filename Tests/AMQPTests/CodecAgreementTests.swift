import AMQP
import CRabbitMQ
import Testing

/// Our codec against that of rabbitmq-c, which knows nothing of ours.
@Suite struct CodecAgreementTests {
  private static let frameMax = 131_072

  /// What a method frame carries behind its two identifiers, as we write it.
  private func arguments(_ method: Method) throws -> [UInt8] {
    var writer = WireWriter()
    try method.encodeArguments(into: &writer)
    return writer.take()
  }

  private func number(_ method: Method) -> amqp_method_number_t {
    amqp_method_number_t(method.classID) << 16 | amqp_method_number_t(method.methodID)
  }

  /// Lets rabbitmq-c decode with `decode`, gives the result to `body`, and frees it.
  private func decoded<Result>(
    _ bytes: [UInt8], by decode: (inout amqp_pool_t, amqp_bytes_t) -> UnsafeMutableRawPointer?,
    _ body: (UnsafeMutableRawPointer) throws -> Result
  ) throws -> Result {
    var pool = amqp_pool_t()
    init_amqp_pool(&pool, 4_096)
    defer { empty_amqp_pool(&pool) }
    var bytes = bytes
    return try bytes.withUnsafeMutableBytes { buffer in
      let encoded = amqp_bytes_t(len: buffer.count, bytes: buffer.baseAddress)
      return try body(try #require(decode(&pool, encoded)))
    }
  }

  /// What rabbitmq-c reads from our bytes, given to `body`.
  private func read<Result>(
    _ method: Method, _ body: (UnsafeMutableRawPointer) throws -> Result
  ) throws -> Result {
    try decoded(
      arguments(method),
      by: { pool, encoded in
        var result: UnsafeMutableRawPointer?
        let status = amqp_decode_method(number(method), &pool, encoded, &result)
        return status == 0 ? result : nil
      }, body)
  }

  /// What rabbitmq-c writes.
  private func written(_ encode: (amqp_bytes_t) -> Int32) throws -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: Self.frameMax)
    let count = buffer.withUnsafeMutableBytes {
      encode(amqp_bytes_t(len: $0.count, bytes: $0.baseAddress))
    }
    try #require(count >= 0, "rabbitmq-c cannot encode it: \(count)")
    return Array(buffer.prefix(Int(count)))
  }

  /// connection.update-secret and its answer, which rabbitmq-c does not know.
  private static let unknownKinds = 12...13

  @Test(arguments: (0..<RandomValues.methodKinds).filter { !unknownKinds.contains($0) })
  func everyMethodIsReadAndWrittenAlike(_ kind: Int) throws {
    for index in UInt64(0)..<50 {
      var random = RandomValues(seed: 0xC0DEC, index: index << 8 | UInt64(kind))
      let method = random.method(kind: kind)
      let again = try read(method) { decoded in
        try written { amqp_encode_method(number(method), decoded, $0) }
      }
      #expect(try again == arguments(method), "\(method)")
    }
  }

  @Test func propertiesAreReadAndWrittenAlike() throws {
    for index in UInt64(0)..<500 {
      var random = RandomValues(seed: 0x50_50, index: index)
      var writer = WireWriter()
      let properties = random.properties()
      try writer.header(
        ContentHeader(bodySize: 0, properties: properties), channel: 1, frameMax: Self.frameMax)
      // Behind frame head, class, weight and body size; before the frame's end.
      let bytes = Array(writer.take().dropFirst(7 + 12).dropLast())
      let again = try decoded(
        bytes,
        by: { pool, encoded in
          var result: UnsafeMutableRawPointer?
          let status = amqp_decode_properties(
            Frame.contentClass, &pool, encoded, &result)
          return status == 0 ? result : nil
        },
        { decoded in try written { amqp_encode_properties(Frame.contentClass, decoded, $0) } })
      #expect(again == bytes)
    }
  }

  private func text(_ bytes: amqp_bytes_t) -> String {
    String(decoding: UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.len), as: UTF8.self)
  }

  /// Reading and writing alike does not show that two fields of one type are not swapped.
  @Test func theFieldsOfRequestsMeanTheSame() throws {
    try read(
      .basic(.publish(exchange: "e", routingKey: "k", mandatory: true, immediate: false))
    ) {
      let publish = $0.load(as: amqp_basic_publish_t.self)
      #expect([text(publish.exchange), text(publish.routing_key)] == ["e", "k"])
      #expect([publish.mandatory, publish.immediate] == [1, 0])
    }
    try read(.basic(.nack(deliveryTag: 7, multiple: true, requeue: false))) {
      let nack = $0.load(as: amqp_basic_nack_t.self)
      #expect(nack.delivery_tag == 7)
      #expect([nack.multiple, nack.requeue] == [1, 0])
    }
    let consume = ConsumeRequest(queue: "q", consumerTag: "c", noAck: true)
    try read(.basic(.consume(consume))) {
      let consume = $0.load(as: amqp_basic_consume_t.self)
      #expect([text(consume.queue), text(consume.consumer_tag)] == ["q", "c"])
      #expect(
        [consume.no_local, consume.no_ack, consume.exclusive, consume.nowait] == [0, 1, 0, 0])
    }
    let declaration = QueueDeclaration(
      queue: "q", durable: true, arguments: ["x-message-ttl": .int64(5)])
    try read(.queue(.declare(declaration))) {
      let declare = $0.load(as: amqp_queue_declare_t.self)
      #expect(text(declare.queue) == "q")
      #expect(
        [declare.passive, declare.durable, declare.exclusive, declare.auto_delete, declare.nowait]
          == [0, 1, 0, 0, 0])
      #expect(declare.arguments.num_entries == 1)
      let entry = try #require(declare.arguments.entries)[0]
      #expect(text(entry.key) == "x-message-ttl")
      #expect(UInt32(entry.value.kind) == AMQP_FIELD_KIND_I64.rawValue)
      #expect(entry.value.value.i64 == 5)
    }
    try read(.basic(.qos(prefetchSize: 1, prefetchCount: 2, global: false))) {
      let qos = $0.load(as: amqp_basic_qos_t.self)
      #expect([qos.prefetch_size, UInt32(qos.prefetch_count)] == [1, 2])
    }
  }

  @Test func theFieldsOfAnswersMeanTheSame() throws {
    let delivery = DeliverArguments(
      consumerTag: "c", deliveryTag: 9, redelivered: true, exchange: "e", routingKey: "k")
    try read(.basic(.deliver(delivery))) {
      let deliver = $0.load(as: amqp_basic_deliver_t.self)
      #expect(
        [text(deliver.consumer_tag), text(deliver.exchange), text(deliver.routing_key)]
          == ["c", "e", "k"])
      #expect(deliver.delivery_tag == 9)
      #expect(deliver.redelivered == 1)
    }
    let message = GetOkArguments(
      deliveryTag: 9, redelivered: true, exchange: "e", routingKey: "k", messageCount: 4)
    try read(.basic(.getOk(message))) {
      let message = $0.load(as: amqp_basic_get_ok_t.self)
      #expect([text(message.exchange), text(message.routing_key)] == ["e", "k"])
      #expect([message.delivery_tag, UInt64(message.message_count)] == [9, 4])
      #expect(message.redelivered == 1)
    }
    let returned = ReturnArguments(
      replyCode: 312, replyText: "NO_ROUTE", exchange: "e", routingKey: "k")
    try read(.basic(.return(returned))) {
      let back = $0.load(as: amqp_basic_return_t.self)
      #expect(back.reply_code == 312)
      #expect(
        [text(back.reply_text), text(back.exchange), text(back.routing_key)]
          == ["NO_ROUTE", "e", "k"])
    }
    let notice = CloseNotice(replyCode: 404, replyText: "none", classID: 60, methodID: 20)
    try read(.channel(.close(notice))) {
      let close = $0.load(as: amqp_channel_close_t.self)
      #expect([close.reply_code, close.class_id, close.method_id] == [404, 60, 20])
      #expect(text(close.reply_text) == "none")
    }
    try read(.connection(.tune(ConnectionLimits(channelMax: 1, frameMax: 2, heartbeat: 3)))) {
      let tune = $0.load(as: amqp_connection_tune_t.self)
      #expect([UInt32(tune.channel_max), tune.frame_max, UInt32(tune.heartbeat)] == [1, 2, 3])
    }
  }
}
