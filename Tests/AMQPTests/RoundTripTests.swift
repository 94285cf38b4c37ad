import AMQP
import Environment
import Testing

/// Large enough for every random frame.
private let frameMax = 1 << 20

@Suite struct RoundTripTests {
  @Test(arguments: 0..<RandomValues.methodKinds)
  func everyMethodComesBack(kind: Int) throws {
    for index in 0..<200 as Range<UInt64> {
      var values = RandomValues(seed: UInt64(kind), index: index)
      let frame = Frame.method(channel: values.integer(), values.method(kind: kind))
      try expectRoundTrip(frame)
    }
  }

  @Test func theKindsCoverEveryMethodOnce() {
    var seen: Set<String> = []
    for kind in 0..<66 {
      var values = RandomValues(seed: 1, index: UInt64(kind))
      seen.insert(values.method(kind: kind).description)
    }
    #expect(seen.count == 66)
    #expect(seen.isSuperset(of: ["10.71", "20.41", "30.11", "40.51", "50.51", "60.120", "85.11"]))
  }

  @Test func headersWithAllFourteenPropertiesComeBack() throws {
    for index in 0..<5000 as Range<UInt64> {
      var values = RandomValues(seed: 14, index: index)
      let header = ContentHeader(bodySize: values.integer(), properties: values.properties())
      try expectRoundTrip(.header(channel: 3, header))
    }
  }

  @Test func bodiesAndHeartbeatsComeBack() throws {
    for index in 0..<1000 as Range<UInt64> {
      var values = RandomValues(seed: 15, index: index)
      try expectRoundTrip(.body(channel: values.integer(), values.octets(atMost: 2000)))
    }
    try expectRoundTrip(.heartbeat)
  }

  @Test func floatsKeepTheirBits() throws {
    var writer = WireWriter()
    let nan = Double(bitPattern: 0x7FF8_0000_0000_0BAD)
    try writer.table(["d": .double(nan), "f": .float(-0.0), "i": .double(.infinity)])
    var reader = WireReader(writer.bytes)
    let table = try reader.table()
    var again = WireWriter()
    try again.table(table)
    #expect(again.bytes == writer.bytes)
  }

  /// The stream is the same however it is cut into chunks.
  @Test func chunkingDoesNotMatter() throws {
    for seed in 0..<200 as Range<UInt64> {
      var values = RandomValues(seed: seed, index: 77)
      var frames: [Frame] = []
      var writer = WireWriter()
      for _ in 0..<20 {
        let kind = values.below(UInt64(RandomValues.methodKinds))
        let frame =
          values.below(3) == 0
          ? Frame.body(channel: 1, values.octets())
          : Frame.method(channel: 1, values.method(kind: kind))
        frames.append(frame)
        try writer.frame(frame, frameMax: frameMax)
      }
      #expect(try decode(writer.take(), cutBy: &values) == frames)
    }
  }

  private func decode(
    _ stream: [UInt8], cutBy values: inout RandomValues
  ) throws -> [Frame] {
    var decoder = FrameDecoder(frameMax: frameMax)
    var position = 0
    var frames: [Frame] = []
    while position < stream.count {
      let size = min(1 + values.below(values.flag() ? 3 : 400), stream.count - position)
      decoder.append(Array(stream[position..<position + size]))
      position += size
      while let frame = try decoder.next() { frames.append(frame) }
    }
    #expect(decoder.buffered == 0)
    return frames
  }

  private func expectRoundTrip(_ frame: Frame) throws {
    var writer = WireWriter()
    try writer.frame(frame, frameMax: frameMax)
    var decoder = FrameDecoder(frameMax: frameMax)
    decoder.append(writer.bytes)
    let decoded = try decoder.next()
    #expect(decoded == frame)
    #expect(try decoder.next() == nil)
    var again = WireWriter()
    try again.frame(try #require(decoded), frameMax: frameMax)
    #expect(again.bytes == writer.bytes)
  }
}
