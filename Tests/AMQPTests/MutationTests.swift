import AMQP
import Environment
import Testing

/// Frames with random damage: an error or a frame, never a trap, never a heap of memory.
@Suite struct MutationTests {
  /// A million in all, over the two tests.
  private static let count = 500_000

  @Test func mutatedFramesThroughTheDecoder() throws {
    var values = RandomValues(seed: 0xBAD)
    let frames = try Self.frames(&values)
    var good = 0
    var bad = 0
    var codes: Set<UInt16> = []
    for _ in 0..<Self.count {
      var decoder = FrameDecoder(frameMax: 8192)
      decoder.append(Self.mutate(frames[values.below(UInt64(frames.count))], &values))
      do throws(WireError) {
        while try decoder.next() != nil { good += 1 }
      } catch {
        bad += 1
        codes.insert(error.replyCode)
      }
      #expect(decoder.buffered <= 2 * 8192)
    }
    #expect(good > Self.count / 10)
    #expect(bad > Self.count / 10)
    #expect(codes.isSuperset(of: [ReplyCode.frameError, ReplyCode.syntaxError]))
  }

  @Test func mutatedFramesThroughTheConnectionAndTheSession() throws {
    var values = RandomValues(seed: 0xBAD2)
    let frames = try Self.frames(&values)
    let fresh = try SessionBench.opened()
    var bench = fresh
    var reopened = 0
    var tokens = 0
    var completed = 0
    for round in 0..<Self.count {
      if !bench.session.isOpen || round % 500 == 0 {
        completed += Self.completions(bench.take())
        bench.feed(.connectionClosed("end of round"))
        completed += Self.completions(bench.take())
        #expect(completed == tokens)
        bench = fresh
        reopened += 1
      }
      tokens += 1
      bench.submit(UInt64(tokens), Self.command(&values))
      bench.feed(.bytes(Self.mutate(frames[values.below(UInt64(frames.count))], &values)))
      completed += Self.completions(bench.take())
    }
    #expect(reopened > 1000)
  }

  @Test func mutatedHandshakes() throws {
    var values = RandomValues(seed: 0xBAD3)
    let handshake: [Method] = [
      Script.greeting, Script.tune(heartbeat: 10), .connection(.openOk),
    ]
    var opened = 0
    for _ in 0..<50_000 {
      var machine = ConnectionMachine(SessionConfiguration())
      _ = machine.receive(.connected, at: .zero)
      var ends = 0
      for method in handshake {
        let bytes = try Script.bytes(method, channel: 0)
        let damaged = values.below(3) == 0 ? Self.mutate(bytes, &values) : bytes
        for case .closed in machine.receive(.bytes(damaged), at: .zero) { ends += 1 }
      }
      #expect(ends <= 1)
      if machine.phase == .open { opened += 1 }
    }
    #expect(opened > 5000 && opened < 45_000)
  }

  private static func completions(_ actions: [SessionAction]) -> Int {
    var count = 0
    for case .event(.completed) in actions { count += 1 }
    return count
  }

  private static func command(_ values: inout RandomValues) -> ChannelOperation {
    let reference = DeliveryReference(incarnation: 1, deliveryTag: 1)
    switch values.below(5) {
    case 0: return .get(queue: "q", noAck: true)
    case 1: return .consume(ConsumeRequest(queue: "q", consumerTag: values.text()))
    case 2: return .ack(reference, multiple: true)
    case 3: return .declare(QueueDeclaration(queue: "q"))
    default: return .publish(Publication(routingKey: "q", body: [1, 2, 3]))
    }
  }

  /// A few thousand good frames, most of them short.
  private static func frames(_ values: inout RandomValues) throws -> [[UInt8]] {
    var frames: [[UInt8]] = []
    for index in 0..<2000 {
      let kind = index % (RandomValues.methodKinds + 12)
      var writer = WireWriter()
      do throws(WireError) {
        switch kind - RandomValues.methodKinds {
        case 0..<4: try writer.frame(.body(channel: 1, values.octets()), frameMax: 8192)
        case 4..<8:
          let header = ContentHeader(bodySize: 20, properties: values.properties())
          try writer.frame(.header(channel: 1, header), frameMax: 8192)
        case 8..<12: writer.heartbeat()
        default:
          let method = values.method(kind: kind)
          let channel: UInt16 = method.classID == ConnectionMethod.classID ? 0 : 1
          try writer.frame(.method(channel: channel, method), frameMax: 8192)
        }
      } catch {
        continue
      }
      frames.append(writer.take())
    }
    return frames
  }

  /// Flips, overwrites, inserts, deletes, doubles or cuts; sometimes leaves the frame alone.
  private static func mutate(_ frame: [UInt8], _ values: inout RandomValues) -> [UInt8] {
    var bytes = frame
    for _ in 0..<values.below(4) {
      guard !bytes.isEmpty else { return bytes }
      let index = values.below(UInt64(bytes.count))
      switch values.below(7) {
      case 0: bytes[index] ^= 1 << UInt8(values.below(8))
      case 1: bytes[index] = values.integer()
      case 2: bytes.insert(values.integer(), at: index)
      case 3: bytes.remove(at: index)
      case 4: bytes += bytes.prefix(4096)
      case 5: bytes = Array(bytes.prefix(index))
      default:
        // The length of the frame.
        if bytes.count > 7 { bytes[3 + values.below(4)] = values.integer() }
      }
    }
    return bytes
  }
}
