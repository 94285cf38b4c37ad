import Environment
import Harness
import Operations
import Scenarios
import Testing

@Suite struct ResolvingTests {
  private func triggers(
    _ steps: [String], head: String = "", seed: UInt64 = 1, netTick: Duration = .seconds(5)
  ) throws -> [Trigger] {
    try Sample.scenario(steps, head: head).resolve(seed: seed, netTick: netTick)
      .0.steps.map(\.trigger)
  }

  @Test func stepsFollowEachOther() throws {
    #expect(
      try triggers([
        Sample.cut, "after: 1500ms, fault: heal", "at: 9s, fault: kill, target: n1",
        "after: 0s, fault: kill, target: n2",
      ]) == [
        .at(.seconds(1)), .at(.milliseconds(2_500)), .at(.seconds(9)), .at(.seconds(9)),
      ])
  }

  @Test func aStepAfterOneThatWaitsWaitsForTheSame() throws {
    let change = Occasion.leaderChange(.mirrored)
    #expect(
      try triggers([
        "when: leader change of mirrored, delay: 1s, within: 30s, fault: kill, target: n1",
        "after: 4s, fault: start, target: step 0", "after: 2s, fault: restart, target: n2",
      ]) == [
        .on(change, delay: .seconds(1), bound: .seconds(30)),
        .on(change, delay: .seconds(5), bound: .seconds(30)),
        .on(change, delay: .seconds(7), bound: .seconds(30)),
      ])
  }

  /// The draws are part of what a seed means: they change with the generator's version only.
  @Test func rangesDrawInOrderAndNothingElseDraws() throws {
    #expect(SeededGenerator.version == 1)
    for seed in 0..<100 as Range<UInt64> {
      var draws = SeededGenerator(seed: seed, stream: 0x7363_6865)
      let first = Duration.milliseconds(8_000 + draws.draw(in: 0...1_999))
      let delay = Duration.milliseconds(draws.draw(in: 0...9))
      let last = Duration.milliseconds(60_000 + draws.draw(in: 0...59_999))
      #expect(
        try triggers(
          [
            "at: 8s..10s, fault: isolate, target: n1", "after: 3s, fault: heal",
            "when: step 0 proved, delay: 0ms..10ms, within: 1m, fault: kill, target: random",
            "at: 1m..2m, fault: kill, target: random",
          ], seed: seed) == [
            .at(first), .at(first + .seconds(3)),
            .on(.proved(FaultID(0)), delay: delay, bound: .seconds(60)), .at(last),
          ])
    }
  }

  @Test func aRangeIsDrawnFromItsBeginningToBeforeItsEnd() throws {
    let drawn = try Set(
      (0..<200).map { seed in
        try triggers(["at: 5ms..8ms, fault: kill, target: n1"], seed: seed)[0]
      })
    #expect(drawn == [.at(.milliseconds(5)), .at(.milliseconds(6)), .at(.milliseconds(7))])
  }

  @Test func timesStretchWithALongerNetTick() throws {
    let steps = [
      "at: 1001ms, fault: isolate, target: n1", "after: 10s, fault: heal",
      "when: step 1 proved, delay: 3s, within: 20s, fault: kill, target: n1",
    ]
    #expect(
      try triggers(steps, netTick: .milliseconds(7_500)) == [
        .at(.milliseconds(1_501)), .at(.milliseconds(16_501)),
        .on(.proved(FaultID(1)), delay: .milliseconds(4_500), bound: .seconds(30)),
      ])
    #expect(try triggers(steps, netTick: .seconds(5)) == triggers(steps, netTick: .seconds(1)))
    #expect(
      try triggers(steps, head: "net-tick: 30s", netTick: .seconds(60))[1]
        == .at(.milliseconds(22_002)))
    #expect(
      try triggers(steps, head: "net-tick: 60s", netTick: .seconds(60))[0]
        == .at(.milliseconds(1_001)))
  }

  @Test func anAbsurdNetTickDoesNotOverflow() throws {
    let trigger = try triggers([Sample.cut], netTick: .seconds(9_000_000_000))[0]
    #expect(trigger.latest > .seconds(1_000_000_000))
  }

  @Test func theLoadEndsAfterTheLatestStep() throws {
    func load(_ head: String, _ netTick: Duration = .seconds(5)) throws -> Duration {
      try Sample.scenario(
        [
          "at: 4s, fault: isolate, target: n1",
          "when: step 0 proved, delay: 2s, within: 30s, fault: heal",
          "at: 10s, fault: kill, target: n2",
        ], head: head
      ).resolve(seed: 1, netTick: netTick).load
    }
    #expect(try load("") == .seconds(44))
    #expect(try load("tail: 1s") == .seconds(33))
    #expect(try load("tail: 1s", .seconds(10)) == .seconds(65))
    #expect(try load("load: 40s") == .seconds(40))
    #expect(try load("load: 40s", .seconds(10)) == .seconds(80))
    #expect(try Sample.scenario([]).resolve(seed: 1, netTick: .seconds(5)).load == .seconds(12))
  }
}
