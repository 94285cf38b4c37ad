import Digests
import Environment
import Testing

@testable import Operations

@Suite struct DamagedHistoryTests {
  private static let history: History = {
    var sampler = EventSampler(seed: 11)
    return sampler.history(events: 60)
  }()

  /// Five blocks or so, and where each block starts; the last start is that of the end block.
  private static func file() throws -> (bytes: [UInt8], starts: [Int]) {
    let bytes = try history.encoded(blockBytes: 150)
    var starts: [Int] = []
    var offset = HistoryFormat.magic.count
    while offset < bytes.count {
      let header = try #require(
        HistoryBlockHeader(decoding: Array(bytes[offset..<(offset + HistoryBlockHeader.size)])))
      starts.append(offset)
      offset += HistoryBlockHeader.size + header.payloadBytes
    }
    try #require(starts.count > 5)
    return (bytes, starts)
  }

  /// What reading gave: the events before the end or the error.
  private struct Reading {
    var events: [TimedEvent] = []
    var ending: HistoryEnding?
    var error: HistoryError?

    init(_ bytes: [UInt8]) {
      do {
        var decoder = try HistoryDecoder(HistoryBytes(bytes))
        ending = try decoder.forEachBatch { batch in
          events += batch.events
        }
      } catch {
        self.error = error as? HistoryError
      }
    }

    var isPrefix: Bool {
      events.count <= history.events.count && history.events.starts(with: events)
    }
  }

  @Test func everyTruncationLeavesAReadablePrefix() throws {
    let (bytes, starts) = try Self.file()
    for length in 0..<bytes.count {
      let reading = Reading(Array(bytes[..<length]))
      #expect(reading.isPrefix)
      if length < starts[1] {
        #expect(reading.error == .noHeader)
        continue
      }
      let whole = starts.lastIndex { $0 <= length } ?? 0
      let ending = try #require(reading.ending, "\(length)")
      #expect(!ending.isComplete)
      #expect(ending.lastWholeBlock == whole - 1)
      #expect(ending.events == reading.events.count)
      #expect(ending.problem != nil)
    }
    #expect(Reading(bytes).ending?.isComplete == true)
  }

  @Test func everyFlippedBitIsNoticed() throws {
    let (bytes, _) = try Self.file()
    for index in bytes.indices {
      for bit in 0..<8 {
        var flipped = bytes
        flipped[index] ^= 1 << bit
        let reading = Reading(flipped)
        #expect(reading.error != nil || reading.ending?.isComplete == false, "byte \(index)")
        #expect(reading.isPrefix, "byte \(index)")
      }
    }
  }

  @Test func damageInTheMiddleNamesTheBlock() throws {
    let (bytes, starts) = try Self.file()
    for block in 1..<(starts.count - 1) {
      for offset in [starts[block] + 9, starts[block] + HistoryBlockHeader.size + 3] {
        var damaged = bytes
        damaged[offset] ^= 0x10
        let reading = Reading(damaged)
        guard case .damaged(block, let place, let problem) = reading.error else {
          Issue.record("block \(block): \(String(describing: reading.error))")
          continue
        }
        #expect(place == starts[block])
        #expect(problem.contains("checksum"))
        #expect(reading.error?.description.hasPrefix("block \(block) is damaged at byte") == true)
      }
    }
  }

  @Test func aBlockThatIsMissingOrTwiceIsDamage() throws {
    let (bytes, starts) = try Self.file()
    let without = Array(bytes[..<starts[2]] + bytes[starts[3]...])
    #expect(
      Reading(without).error
        == .damaged(block: 2, offset: starts[2], problem: "it says that it is block 3"))
    let twice = Array(bytes[..<starts[3]] + bytes[starts[2]...])
    #expect(
      Reading(twice).error
        == .damaged(block: 3, offset: starts[3], problem: "it says that it is block 2"))
  }

  @Test func whatFollowsTheEndBlockIsDamage() throws {
    let (bytes, starts) = try Self.file()
    let reading = Reading(bytes + [0])
    guard case .damaged(starts.count, bytes.count, _) = reading.error else {
      Issue.record("\(String(describing: reading.error))")
      return
    }
    #expect(reading.events == Self.history.events)
  }

  /// A file whose length reached the disk before its content did ends in zeros.
  @Test func zerosAtTheEndAreATornTail() throws {
    let (bytes, starts) = try Self.file()
    for length in [starts[3], starts[3] + HistoryBlockHeader.size + 8] {
      let zeros = [UInt8](repeating: 0, count: 200_000 + starts[4] - length)
      let reading = Reading(Array(bytes[..<length]) + zeros)
      #expect(reading.ending?.isComplete == false)
      #expect(reading.ending?.lastWholeBlock == 2)
      #expect(reading.isPrefix)
      #expect(Reading(Array(bytes[..<length]) + zeros + [1]).error != nil)
    }
  }

  @Test func foreignFilesAreRecognised() throws {
    #expect(
      Reading(Array("PK\u{3}\u{4}hello".utf8)).error == .foreign(found: "50 4b 03 04 68 65 6c 6c"))
    #expect(Reading(Array("timestamp,key".utf8)).error == .foreign(found: "\"timestam\""))
    #expect(Reading([]).error == .noHeader)
    var newer = try Self.file().bytes
    newer[7] = 3
    #expect(Reading(newer).error == .version(3))
    newer[7] = 0
    #expect(Reading(newer).error == .version(0))
  }

  @Test func anEndBlockThatMiscountsIsDamage() throws {
    let (bytes, starts) = try Self.file()
    let last = starts.count - 1
    let before = SHA256Digest.of(
      Array(bytes[starts[last - 1]..<(starts[last - 1] + HistoryBlockHeader.size)]))
    let end = HistoryEncoder.end(number: UInt32(last), events: 61, previous: before)
    let reading = Reading(Array(bytes[..<starts[last]]) + end)
    guard case .damaged(last, _, let problem) = reading.error else {
      Issue.record("\(String(describing: reading.error))")
      return
    }
    #expect(problem.contains("61") && problem.contains("60"))
  }
}
