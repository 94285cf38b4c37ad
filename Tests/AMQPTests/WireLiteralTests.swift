import AMQP
import Testing

/// Frames as bytes that were written down by hand from the specification.
@Suite struct WireLiteralTests {
  @Test func queueDeclareOfAQuorumQueue() throws {
    let declaration = QueueDeclaration(
      queue: "my.quorum.queue", durable: true, arguments: ["x-queue-type": "quorum"])
    let expected: [UInt8] =
      [1, 0, 1, 0, 0, 0, 51, 0, 50, 0, 10, 0, 0, 15] + Array("my.quorum.queue".utf8)
      + [0b00010, 0, 0, 0, 24, 12] + Array("x-queue-type".utf8) + [UInt8(ascii: "S")]
      + [0, 0, 0, 6] + Array("quorum".utf8) + [0xCE]
    try expect(.method(channel: 1, .queue(.declare(declaration))), expected)
  }

  @Test func aPersistentPublish() throws {
    var writer = WireWriter()
    try writer.content(
      .basic(.publish(exchange: "", routingKey: "q", mandatory: true)),
      properties: .persistent, body: [7, 8, 9], channel: 1, frameMax: 4096)
    let method: [UInt8] = [
      1, 0, 1, 0, 0, 0, 10, 0, 60, 0, 40, 0, 0, 0, 1, 0x71, 1, 0xCE,
    ]
    let header: [UInt8] = [
      2, 0, 1, 0, 0, 0, 15, 0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0x10, 0, 2, 0xCE,
    ]
    let body: [UInt8] = [3, 0, 1, 0, 0, 0, 3, 7, 8, 9, 0xCE]
    #expect(writer.bytes == method + header + body)
  }

  @Test func smallMethods() throws {
    try expect(.heartbeat, [8, 0, 0, 0, 0, 0, 0, 0xCE])
    try expect(
      .method(channel: 1, .channel(.open)), [1, 0, 1, 0, 0, 0, 5, 0, 20, 0, 10, 0, 0xCE])
    try expect(
      .method(channel: 1, .channel(.openOk)),
      [1, 0, 1, 0, 0, 0, 8, 0, 20, 0, 11, 0, 0, 0, 0, 0xCE])
    try expect(
      .method(channel: 1, .confirm(.select())), [1, 0, 1, 0, 0, 0, 5, 0, 85, 0, 10, 0, 0xCE])
    try expect(
      .method(channel: 1, .basic(.ack(deliveryTag: 258, multiple: true))),
      [1, 0, 1, 0, 0, 0, 13, 0, 60, 0, 80, 0, 0, 0, 0, 0, 0, 1, 2, 1, 0xCE])
    try expect(
      .method(channel: 1, .basic(.nack(deliveryTag: 1, multiple: false, requeue: true))),
      [1, 0, 1, 0, 0, 0, 13, 0, 60, 0, 120, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0xCE])
    try expect(
      .method(channel: 1, .basic(.qos(prefetchCount: 10))),
      [1, 0, 1, 0, 0, 0, 11, 0, 60, 0, 10, 0, 0, 0, 0, 0, 10, 0, 0xCE])
    try expect(
      .method(channel: 1, .exchange(.unbindOk)), [1, 0, 1, 0, 0, 0, 4, 0, 40, 0, 51, 0xCE])
    try expect(
      .method(channel: 0, .connection(.open(virtualHost: "/"))),
      [1, 0, 0, 0, 0, 0, 8, 0, 10, 0, 40, 1, 0x2F, 0, 0, 0xCE])
    try expect(
      .method(channel: 0, .connection(.tuneOk(ConnectionLimits()))),
      [1, 0, 0, 0, 0, 0, 12, 0, 10, 0, 31, 0x07, 0xFF, 0, 2, 0, 0, 0, 60, 0xCE])
  }

  @Test func aCloseNotice() throws {
    let notice = CloseNotice(replyCode: 404, replyText: "NO", classID: 60, methodID: 70)
    try expect(
      .method(channel: 1, .channel(.close(notice))),
      [1, 0, 1, 0, 0, 0, 13, 0, 20, 0, 40, 1, 0x94, 2, 0x4E, 0x4F, 0, 60, 0, 70, 0xCE])
  }

  /// One field of every type, with the letters of RabbitMQ.
  @Test func everyFieldType() throws {
    let table: FieldTable = [
      "a": .boolean(true), "b": .int8(-1), "c": .uint8(255), "d": .int16(-2), "e": .uint16(65534),
      "f": .int32(-3), "g": .uint32(4), "h": .int64(-5), "i": .uint64(6), "j": .float(1.5),
      "k": .double(-2.5), "l": .decimal(scale: 2, value: 314), "m": "hi",
      "n": .array([.void, true]), "o": .timestamp(7), "p": .table(["q": .void]), "r": .void,
      "s": .bytes([9]),
    ]
    let fields: [[UInt8]] = [
      [1, 0x61, 0x74, 1], [1, 0x62, 0x62, 0xFF], [1, 0x63, 0x42, 0xFF],
      [1, 0x64, 0x73, 0xFF, 0xFE], [1, 0x65, 0x75, 0xFF, 0xFE],
      [1, 0x66, 0x49, 0xFF, 0xFF, 0xFF, 0xFD], [1, 0x67, 0x69, 0, 0, 0, 4],
      [1, 0x68, 0x6C, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFB],
      [1, 0x69, 0x4C, 0, 0, 0, 0, 0, 0, 0, 6], [1, 0x6A, 0x66, 0x3F, 0xC0, 0, 0],
      [1, 0x6B, 0x64, 0xC0, 0x04, 0, 0, 0, 0, 0, 0], [1, 0x6C, 0x44, 2, 0, 0, 1, 0x3A],
      [1, 0x6D, 0x53, 0, 0, 0, 2, 0x68, 0x69], [1, 0x6E, 0x41, 0, 0, 0, 3, 0x56, 0x74, 1],
      [1, 0x6F, 0x54, 0, 0, 0, 0, 0, 0, 0, 7], [1, 0x70, 0x46, 0, 0, 0, 3, 1, 0x71, 0x56],
      [1, 0x72, 0x56], [1, 0x73, 0x78, 0, 0, 0, 1, 9],
    ]
    let payload = fields.flatMap { $0 }
    let expected = [0, 0, 0, UInt8(payload.count)] + payload
    var writer = WireWriter()
    try writer.table(table)
    #expect(writer.bytes == expected)
    var reader = WireReader(expected)
    #expect(try reader.table() == table)
  }

  @Test func propertyFlagsRunFromTheTop() throws {
    var properties = BasicProperties()
    properties.contentType = "t"
    properties.clusterID = "c"
    var writer = WireWriter()
    try properties.encode(into: &writer)
    #expect(writer.bytes == [0x80, 0x04, 1, 0x74, 1, 0x63])
  }

  private func expect(_ frame: Frame, _ bytes: [UInt8]) throws {
    var writer = WireWriter()
    try writer.frame(frame, frameMax: 4096)
    #expect(writer.bytes == bytes)
    var decoder = FrameDecoder(frameMax: 4096)
    decoder.append(bytes)
    #expect(try decoder.next() == frame)
  }
}
