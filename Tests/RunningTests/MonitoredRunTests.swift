import Environment
import Harness
import Operations
import Testing
import VirtualWorld

@testable import Running

/// What the monitor puts into the history of a run.
@Suite struct MonitoredRunTests {
  private func run(
    _ faults: [(at: Duration, fault: Fault)], load: Duration = .seconds(40),
    _ change: (inout Script) -> Void = { _ in }
  ) throws -> History {
    var script = Script()
    change(&script)
    let outcome = try VirtualRun(RunSamples.plan(faults, load: load), script: script).run()
    #expect(outcome.failure == nil)
    return outcome.history
  }

  @Test func theFirstLeadersAreTold() throws {
    let leaders = try run([]).told(.leader)
    #expect(leaders.map(\.event.queue) == [QueueID(0), QueueID(1), QueueID(2)])
    #expect(leaders.allSatisfy { $0.event.node == NodeID(1) })
  }

  @Test func nodesThatGoAndComeAreTold() throws {
    let history = try run([
      (.seconds(5), .kill(RunSamples.n2)), (.seconds(15), .start(RunSamples.n2)),
    ])
    let (down, up) = (history.told(.nodeDown), history.told(.nodeUp))
    #expect(down.map(\.event.node) == [NodeID(2)] && up.map(\.event.node) == [NodeID(2)])
    let load = try #require(history.began(.load))
    let (gone, back) = (try #require(down.first?.at), try #require(up.first?.at))
    #expect((.seconds(5) ... .seconds(9)).contains(gone - load))
    #expect((.seconds(18) ... .seconds(22)).contains(back - load))
  }

  @Test func aPartitionIsToldAndItsEnd() throws {
    let history = try run([
      (.seconds(5), .partition(.isolate(RunSamples.n3))), (.seconds(15), .heal(nil)),
      (.seconds(18), .kill(RunSamples.n3)), (.seconds(20), .start(RunSamples.n3)),
    ])
    #expect(history.told(.partitioned).count == 1 && history.told(.healed).count == 1)
    let load = try #require(history.began(.load))
    let split = try #require(history.told(.partitioned).first?.at)
    #expect((.seconds(10) ... .seconds(12)).contains(split - load), "after the net-tick")
    #expect(try #require(history.told(.healed).first?.at) > split)
  }

  /// Who no longer answers has not said that the partition is over.
  @Test func aPartitionIsNotOverWhileSomebodyIsSilent() throws {
    let history = try run([]) { script in
      script.partitionStays = true
      script.mute = [NodeID(1)]
      script.muteFrom = .zero + .seconds(10)
    }
    #expect(history.told(.partitioned).count == 1 && history.told(.healed).isEmpty)
  }

  @Test func mirrorsThatLackSomethingAreTold() throws {
    let history = try run([(.seconds(10), .synchronise)]) {
      $0.lackingFrom = .zero + .seconds(5)
    }
    let lacking = try #require(history.told(.unsynchronised).first)
    #expect(lacking.event.queue == QueueID(1) && lacking.event.node == NodeID(3))
    let again = try #require(history.told(.synchronised).first)
    #expect(again.event.queue == QueueID(1) && again.at > lacking.at)
  }

  @Test func aClusterThatAnswersNobodyChangesNothing() throws {
    let history = try run([]) { script in
      script.mute = [NodeID(1), NodeID(2), NodeID(3)]
      script.muteFrom = .zero + .seconds(10)
    }
    #expect(history.told(.nodeDown).count == 3)
    #expect(history.told(.leader).count == 3, "only the first ones")
    #expect(history.told(.synchronised).isEmpty && history.told(.partitioned).isEmpty)
  }
}
