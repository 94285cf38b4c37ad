import Environment
import Testing

@testable import Operations

/// Payloads whose checksums are good and whose content is not.
@Suite struct HostilePayloadTests {
  @Test func randomPayloadsAreEventsOrErrors() {
    var random = SeededGenerator(seed: 3)
    var events = 0
    var errors = 0
    for _ in 0..<200_000 {
      let length = Int(random.draw(below: 64))
      var payload = HistoryContext().bytes
      for _ in 0..<length { payload.append(UInt8(truncatingIfNeeded: random.next())) }
      payload.withUnsafeBytes { payload in
        do throws(MalformedPayload) {
          var decoder = try HistoryEventDecoder(payload: payload)
          while try decoder.next() != nil { events += 1 }
        } catch {
          errors += 1
          #expect(error.offset <= payload.count)
        }
      }
    }
    #expect(events > 10_000)
    #expect(errors > 10_000)
  }

  @Test func mutatedPayloadsAreEventsOrErrors() {
    var sampler = EventSampler(seed: 4)
    var random = SeededGenerator(seed: 4)
    let payload =
      HistoryContext().bytes + BinaryHistoryTests.encode((0..<40).map { _ in sampler.next() }).bytes
    var ends = 0
    for _ in 0..<100_000 {
      var mutated = payload
      for _ in 0...random.draw(below: 3) {
        mutated[random.index(of: mutated.count)] = UInt8(truncatingIfNeeded: random.next())
      }
      mutated.removeLast(random.index(of: mutated.count))
      mutated.withUnsafeBytes { payload in
        guard var decoder = try? HistoryEventDecoder(payload: payload) else { return ends += 1 }
        while (try? decoder.next()) != nil {}
        ends += 1
      }
    }
    #expect(ends == 100_000)
  }

  @Test func mutatedHeadersAreHeadersOrErrors() throws {
    var random = SeededGenerator(seed: 5)
    let payload = try EventSampler.header.payload
    var headers = 0
    var errors = 0
    for _ in 0..<100_000 {
      var mutated = payload
      mutated[random.index(of: mutated.count)] = UInt8(truncatingIfNeeded: random.next())
      mutated.withUnsafeBytes { payload in
        do throws(MalformedPayload) {
          _ = try HistoryHeader(payload: payload)
          headers += 1
        } catch {
          errors += 1
        }
      }
    }
    #expect(headers > 1_000)
    #expect(errors > 1_000)
  }

  private static let malformed: [([UInt8], String)] = [
    ([0x01, 0x00], "no event has the tag 0x1"), ([0xFF, 0, 0, 0], "no event has the tag 0xff"),
    ([0x30], "the payload ends in the middle of a field"),
    ([0xB0, 1, 2], "the payload ends in the middle of a field"),
    ([0x30, 0x00, 0x01], "a number beyond 32 bits"),
    ([0xB0, 0, 0, 0, 0, 0], "a number beyond 32 bits"),
    ([0x39, 0, 0, 0x80, 0x80, 0x04], "a reply code beyond 65535"),
    ([0x62, 0, 0, 0xFF, 0xFF, 0x7F], "a count of 2097151, above 4096"),
    ([0x62, 0, 0, 9, 0x61], "the payload ends in the middle of a field"),
    ([0x62, 0, 0, 1, 0xFF], "a string that is not valid UTF-8"),
    ([UInt8](repeating: 0xFF, count: 12), "no event has the tag 0xff"),
    ([0x30] + [UInt8](repeating: 0xFF, count: 12), "a number beyond 64 bits"),
  ]

  @Test(arguments: malformed)
  func errorsSayWhatIsWrong(bytes: [UInt8], problem: String) throws {
    let error = try bytes.withUnsafeBytes { bytes in
      try #require(throws: MalformedPayload.self) {
        var decoder = HistoryEventDecoder(events: bytes, context: HistoryContext())
        _ = try decoder.next()
      }
    }
    #expect(error.problem == problem)
  }

  /// A block whose header lies about its length costs no more than the file has.
  @Test func onlyGoodBlocksAreReadWhole() throws {
    let header = HistoryBlockHeader(
      kind: .events, number: 1, payloadBytes: HistoryFormat.maximumPayloadBytes + 1,
      payload: HistoryEncoder.origin, previous: HistoryEncoder.origin)
    #expect(HistoryBlockHeader(decoding: header.bytes) == nil)
    let start = try HistoryEncoder.start(of: EventSampler.header).bytes
    var source = CountingSource(HistoryBytes(start + header.bytes + [1, 2, 3]))
    _ = try? source.history()
    #expect(source.largest <= 1 << 16)
  }

  @Test func readingTakesTheMemoryOfOneBlock() throws {
    var sampler = EventSampler(seed: 6)
    let bytes = try sampler.history(events: 50_000).encoded(blockBytes: 4_096)
    var source = CountingSource(HistoryBytes(bytes))
    let count = try source.history()
    #expect(count == 50_000)
    #expect(source.largest <= 4_096 + HistoryFormat.maximumEventBytes)
  }
}

/// Notes the largest read that was asked for.
private struct CountingSource: HistorySource {
  private final class Largest {
    var value = 0
  }

  private var bytes: HistoryBytes
  private let noted = Largest()

  init(_ bytes: HistoryBytes) {
    self.bytes = bytes
  }

  var largest: Int { noted.value }

  mutating func read(
    at offset: Int, count: Int, into buffer: inout [UInt8]
  ) throws(HistoryError) {
    noted.value = max(noted.value, count)
    try bytes.read(at: offset, count: count, into: &buffer)
  }

  /// Reads it all and returns how many events there were.
  mutating func history() throws -> Int {
    var decoder = try HistoryDecoder(self)
    return try decoder.forEachBatch { _ in }.events
  }
}
