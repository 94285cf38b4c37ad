import AMQP
import Testing

@Suite struct FrameDecoderTests {
  @Test(
    arguments: [
      ([8, 0, 0, 0, 0, 0, 0, 0xCD], WireError.badFrameEnd(0xCD)),
      ([9], .unknownFrameType(9)),
      ([8, 0, 1, 0, 0, 0, 0, 0xCE], .badHeartbeat),
      ([8, 0, 0, 0, 0, 0, 1, 5, 0xCE], .badHeartbeat),
      ([3, 0, 1, 0, 0, 0x10, 0], .frameTooLarge(size: 4104, limit: 4096)),
      ([3, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF], .frameTooLarge(size: 4_294_967_303, limit: 4096)),
      ([1, 0, 1, 0, 0, 0, 4, 0, 20, 0, 10, 0xCE], .truncated),
      ([1, 0, 1, 0, 0, 0, 6, 0, 20, 0, 10, 0, 7, 0xCE], .trailingBytes(1)),
      ([1, 0, 1, 0, 0, 0, 4, 0, 99, 0, 1, 0xCE], .unknownMethod(classID: 99, methodID: 1)),
      ([1, 0, 1, 0, 0, 0, 4, 0, 60, 0, 41, 0xCE], .unknownMethod(classID: 60, methodID: 41)),
      ([1, 0, 1, 0, 0, 0, 1, 0, 0xCE], .truncated),
      ([1, 0, 1, 0, 0, 0, 6, 0, 60, 0, 21, 1, 0xFF, 0xCE], .textNotUTF8),
      ([2, 0, 1, 0, 0, 0, 2, 0, 50, 0xCE], .wrongContentClass(50)),
      (
        [2, 0, 1, 0, 0, 0, 14, 0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 1, 0xCE],
        .badPropertyFlags(1)
      ),
      (Array("AMQP".utf8) + [0, 0, 9, 1], .protocolHeader(major: 0, minor: 9, revision: 1)),
      (Array("AMQX".utf8), .notAMQP),
    ] as [([UInt8], WireError)])
  func badBytesAreTold(bytes: [UInt8], error: WireError) {
    var decoder = FrameDecoder(frameMax: 4096)
    decoder.append(bytes)
    #expect(throws: error) { try decoder.next() }
    decoder.append([8, 0, 0, 0, 0, 0, 0, 0xCE])
    #expect(throws: error) { try decoder.next() }
    #expect(decoder.buffered == 0)
    #expect(!error.description.isEmpty)
    #expect((501...541).contains(error.replyCode))
  }

  @Test func aReaderStaysInsideItsBuffer() async {
    await #expect(processExitsWith: .failure) { _ = WireReader([1], in: 0..<2) }
  }

  @Test func tablesMayNestToTheLimitOnly() throws {
    #expect(try roundTrip(nested(FieldValue.maximumDepth)) == nested(FieldValue.maximumDepth))
    var writer = WireWriter()
    #expect(throws: WireError.nestedTooDeeply) {
      try writer.table(nested(FieldValue.maximumDepth + 1))
    }
  }

  @Test func deeplyNestedInputIsRefused() {
    var payload: [UInt8] = []
    for _ in 0..<1000 {
      payload = [1, 0x61, 0x46] + behindLength(payload)
    }
    var reader = WireReader(behindLength(payload))
    #expect(throws: WireError.nestedTooDeeply) { try reader.table() }
  }

  @Test func whatCannotBeSentLeavesTheWriterAlone() throws {
    var writer = WireWriter()
    writer.heartbeat()
    let before = writer.bytes
    let long = String(repeating: "x", count: 256)
    #expect(throws: WireError.shortStringTooLong(256)) {
      try writer.method(
        .queue(.declare(QueueDeclaration(queue: long))), channel: 1, frameMax: 4096)
    }
    var properties = BasicProperties()
    properties.headers = ["h": .bytes([UInt8](repeating: 0, count: 5000))]
    #expect(throws: WireError.frameTooLarge(size: 5033, limit: 4096)) {
      try writer.content(
        .basic(.publish(exchange: "", routingKey: "q", mandatory: false)),
        properties: properties, body: [1], channel: 1, frameMax: 4096)
    }
    #expect(writer.bytes == before)
  }

  @Test(arguments: [0, 1, 4087, 4088, 4089, 8176, 8177, 100_000])
  func bodiesAreSplitAtTheFrameSize(count: Int) throws {
    let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var writer = WireWriter()
    try writer.content(
      .basic(.publish(exchange: "e", routingKey: "k", mandatory: false)),
      properties: .persistent, body: body, channel: 5, frameMax: 4096)
    var decoder = FrameDecoder(frameMax: 4096)
    decoder.append(writer.bytes)
    var assembler = ContentAssembler()
    var content: Content?
    var bodies = 0
    while let frame = try decoder.next() {
      #expect(frame.channel == 5)
      switch frame {
      case .method(_, .basic(let method)): try assembler.begin(method)
      case .header(_, let header): content = try assembler.receive(header)
      case .body(_, let piece):
        bodies += 1
        content = try assembler.receive(piece)
      default: Issue.record("unexpected \(frame)")
      }
    }
    #expect(content?.body == body)
    #expect(bodies == (count + 4087) / 4088)
  }

  @Test func theAssemblerRefusesFramesOutOfPlace() throws {
    let deliver = BasicMethod.deliver(
      DeliverArguments(
        consumerTag: "c", deliveryTag: 1, redelivered: false, exchange: "", routingKey: "q"))
    let header = ContentHeader(bodySize: 2, properties: BasicProperties())
    var assembler = ContentAssembler()
    #expect(throws: WireError.self) { try assembler.receive(header) }
    #expect(throws: WireError.self) { try assembler.receive([1]) }
    try assembler.begin(deliver)
    #expect(throws: WireError.self) { try assembler.begin(deliver) }
    #expect(throws: WireError.self) { try assembler.receive([1]) }
    #expect(try assembler.receive(header) == nil)
    #expect(try assembler.receive([1]) == nil)
    #expect(throws: WireError.self) { try assembler.receive([2, 3]) }
    var huge = ContentAssembler()
    try huge.begin(deliver)
    #expect(throws: WireError.contentTooLarge(.max)) {
      try huge.receive(ContentHeader(bodySize: .max, properties: BasicProperties()))
    }
  }

  private func behindLength(_ payload: [UInt8]) -> [UInt8] {
    var writer = WireWriter()
    writer.longString(payload)
    return writer.bytes
  }

  private func nested(_ depth: Int) -> FieldTable {
    var table: FieldTable = ["leaf": true]
    for _ in 1..<depth { table = ["a": .table(table)] }
    return table
  }

  private func roundTrip(_ table: FieldTable) throws -> FieldTable {
    var writer = WireWriter()
    try writer.table(table)
    var reader = WireReader(writer.bytes)
    return try reader.table()
  }
}
