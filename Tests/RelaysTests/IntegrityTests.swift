import Environment
import Glibc
import Relays
import Testing

@Suite struct IntegrityTests {
  static let total = 12 << 20

  /// Sends `total` bytes drawn from `seed`, in pieces of drawn sizes.
  static func feed(_ plug: Plug, seed: UInt64, total: Int = total) async throws {
    var generator = SeededGenerator(seed: seed)
    var left = total
    while left > 0 {
      let size = min(left, Int(generator.draw(in: 1...60_000)))
      try await plug.sendAll((0..<size).map { UInt8(truncatingIfNeeded: $0 &* size &+ left) })
      left -= size
    }
    plug.finish()
  }

  /// Receives what `feed` sent, byte by byte the same, and the end; returns how much was right.
  static func check(_ plug: Plug, seed: UInt64, total: Int = total) async throws -> Int {
    var generator = SeededGenerator(seed: seed)
    var left = total
    while left > 0 {
      let size = min(left, Int(generator.draw(in: 1...60_000)))
      let expected = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* size &+ left) }
      guard try await plug.receive(size) == expected else { return total - left }
      left -= size
    }
    guard try await plug.receiveEnd() == .finished else { return -1 }
    return total
  }

  /// Cuts and heals in every way until cancelled; returns how often.
  private static func disturb(_ line: Line) async throws -> Int {
    let faults: [([Direction], CutMode)] = [
      (Line.both, .physical), ([Line.there], .physical), ([Line.back], .physical),
      ([Line.there], .stream), ([Line.back], .stream),
    ]
    var cycles = 0
    while !Task.isCancelled {
      let (directions, mode) = faults[cycles % faults.count]
      try line.control.cut(directions, mode: mode)
      try? await Task.sleep(for: .milliseconds(cycles % 4 == 0 ? 250 : 10))
      try line.control.heal(directions)
      cycles += 1
      try? await Task.sleep(for: .milliseconds(5))
    }
    return cycles
  }

  @Test func nothingIsLostDoubledOrReorderedAcrossCutsAndHeals() async throws {
    let line = try await Line()
    async let cycles = withThrowingTaskGroup(of: Int.self) { group in
      group.addTask { try await Self.disturb(line) }
      group.addTask {
        async let there: Void = Self.feed(line.client, seed: 1)
        async let back: Void = Self.feed(line.server, seed: 2)
        async let atServer = Self.check(line.server, seed: 1)
        async let atClient = Self.check(line.client, seed: 2)
        let counts = try await (atServer, atClient)
        _ = try await (there, back)
        #expect(counts.0 == Self.total && counts.1 == Self.total)
        return -1
      }
      var cycles = 0
      for try await result in group {
        if result < 0 { group.cancelAll() } else { cycles = result }
      }
      return cycles
    }
    #expect(try await cycles >= 5)
    let status = try line.relay.linkStatus("n1-n2")
    #expect(status.forward.forwarded == UInt64(Self.total))
    #expect(status.backward.forwarded == UInt64(Self.total))
  }

  @Test func manyConnectionsShareALink() async throws {
    let line = try await Line()
    let size = 100_000
    try await withThrowingTaskGroup(of: Int.self) { group in
      for index in 0..<60 {
        let client = try await Plug.connected(to: line.listen)
        let server = try await line.outlet.accept()
        group.addTask {
          async let sent: Void = Self.feed(client, seed: UInt64(index), total: size)
          let count = try await Self.check(server, seed: UInt64(index), total: size)
          try await sent
          return count
        }
      }
      #expect(try line.relay.linkStatus("n1-n2").connections >= 1)
      try line.control.cut(Line.both)
      try await Task.sleep(for: .milliseconds(20))
      try line.control.healAll()
      for try await count in group { #expect(count == size) }
    }
  }
}
