import Environment
import Hosts
import Glibc
import Harness
import Operations
import Testing

@testable import Systems
import TestSupport

/// The real thing; the tests build on each other and run in the order in which they are written.
@Suite(needsRabbitMQ, .serialized, SharedCluster()) struct RabbitMQClusterTests {
  private let n1 = NodeID(1)
  private let n2 = NodeID(2)
  private let n3 = NodeID(3)
  private let all = [NodeID(1), NodeID(2), NodeID(3)]
  private let names = ["plain", "mirrored", "quorum"]
  private let host = LocalHost()

  private var cluster: SharedCluster.Running {
    get throws { try #require(SharedCluster.current) }
  }
  private var system: RabbitMQSystem {
    get throws { try cluster.system }
  }

  private func evaluate(_ expression: String, on node: NodeID) async throws -> [String] {
    try await system.call.lines(
      expression, on: node, asking: "what the test wants", timeout: .seconds(60))
  }

  private func eventually(
    within timeout: Duration = .seconds(120), _ isTrue: () async throws -> Bool
  ) async rethrows -> Bool {
    let deadline = ContinuousClock.now + timeout
    while ContinuousClock.now < deadline {
      if try await isTrue() { return true }
      await host.pause(.milliseconds(100))
    }
    return false
  }

  @Test func bootedAsOneCluster() async throws {
    let system = try system
    print("boot of three nodes: \(try cluster.boot)")
    for node in all {
      let view = try await system.clusterView(of: node)
      #expect(view == ClusterView(running: all, partitioned: []))
      #expect(await system.acceptsClients(node))
      let pid = try #require(await system.processID(of: node))
      #expect(host.commandLine(of: pid).contains("beam.smp"))
      // Clients reach the node over the relay, at another address than the node's own.
      let endpoint = system.endpoint(of: node)
      #expect(
        endpoint.host == "127.\(system.layout.places.octet).\(128 + node.rawValue).\(node.rawValue)"
      )
      #expect(await host.accepts(endpoint.host, port: endpoint.port, timeout: .seconds(10)))
    }
    let probe = try await system.probe(ways(around: n1))
    #expect(probe.ways == 4)
    #expect(probe.stalled == 0)
    #expect(probe.passedBytes > 0)
    let description = await system.describe()
    #expect(description.version == realInstallation?.version)
    #expect(description.settings.contains(Setting("net_ticktime", "5 s")))
    #expect(description.settings.filter { $0.value.hasPrefix("fnv1a64:") }.count == 12)
  }

  @Test func policyMakesMirrorsAndEveryReplicaIsSeen() async throws {
    let system = try system
    func plan(_ id: UInt32, _ kind: QueueKind) -> QueuePlan {
      QueuePlan(
        id: QueueID(id), name: kind.rawValue, kind: kind,
        mirroring: Mirroring(replicas: 0, syncMode: .automatic, promoteOnFailure: .always),
        groupSize: 0, required: [])
    }
    try await system.prepare([plan(0, .plain), plan(1, .mirrored), plan(2, .quorum)])
    try await system.prepare([plan(0, .plain), plan(1, .mirrored), plan(2, .quorum)])
    let policies = try await evaluate(
      """
      iolist_to_binary([[proplists:get_value(name, P), 10, proplists:get_value(pattern, P), 10]
        || P <- rabbit_policy:list()])
      """, on: n2)
    #expect(policies == ["stoat mirrored", "^mirrored$"])
    try await declareQueues()
    var states: [QueueState] = []
    let mirrored = await eventually {
      states = (try? await system.queueStates(names, on: n3)) ?? []
      return states.count == 3 && states[1].replicas.filter(\.synchronised).count == 3
        && states[2].leader == n1
    }
    #expect(mirrored)
    #expect(try await system.queueStates(names + ["none"], on: n2).map(\.name) == names)
    for state in states {
      #expect(state.leader == n1)
      #expect(state.ready == 0)
      #expect(state.unacknowledged == 0)
      #expect(state.replicas.map(\.node).sorted() == (state.name == "plain" ? [n1] : all))
      #expect(state.replicas.allSatisfy { $0.online && $0.synchronised && $0.depth == 0 })
    }
  }

  private func declareQueues() async throws {
    let declared = try await evaluate(
      """
      D = fun(N, A) -> element(1, rabbit_amqqueue:declare(rabbit_misc:r(<<"/">>, queue, N),
        true, false, A, none, <<"test">>)) end,
      iolist_to_binary(io_lib:format("~w ~w ~w", [D(<<"plain">>, []), D(<<"mirrored">>, []),
        D(<<"quorum">>, [{<<"x-queue-type">>, longstr, <<"quorum">>}])]))
      """, on: n1)
    #expect(declared == ["new new new"])
  }

  @Test func depthOfEveryReplica() async throws {
    let system = try system
    _ = try await evaluate(
      """
      X = rabbit_misc:r(<<"/">>, exchange, <<>>),
      [rabbit_basic:publish(X, N, [{delivery_mode, 2}], <<"message">>)
        || N <- [<<"plain">>, <<"mirrored">>, <<"quorum">>], _ <- lists:seq(1, 5)], <<>>
      """, on: n2)
    for node in all {
      var states: [QueueState] = []
      let complete = await eventually {
        states = (try? await system.queueStates(names, on: node)) ?? []
        return states.count == 3
          && states.allSatisfy { $0.ready == 5 && $0.replicas.allSatisfy { $0.depth == 5 } }
      }
      #expect(complete, "as \(node) sees it: \(states)")
    }
  }

  @Test func manyQuestionsAtTheSameTime() async throws {
    let system = try system
    let begin = ContinuousClock.now
    let answers = await withTaskGroup(of: Int.self) { group in
      for number in 0..<30 {
        group.addTask {
          ((try? await system.queueStates(names, on: all[number % 3])) ?? []).count
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    print("30 x 3 questions at the same time: \(ContinuousClock.now - begin)")
    #expect(answers == Array(repeating: 3, count: 30))
    var times: [Duration] = []
    for _ in 0..<20 {
      let begin = ContinuousClock.now
      #expect(try await system.queueStates(names, on: n1).count == 3)
      times.append(.now - begin)
    }
    times.sort()
    print("queueStates alone: median \(times[10]), longest \(times[19])")
  }

  @Test func isolatedNodeIsCutOffAndStillAnswers() async throws {
    let system = try system
    try await system.cut(ways(around: n1), onlyStream: false)
    let begin = ContinuousClock.now
    var probe = try await system.probe(ways(around: n1))
    #expect(probe.ways == 4)
    #expect(probe.stalled == 4)
    #expect(probe.passedBytes == 0)
    let down = await eventually {
      let views = [
        try? await system.clusterView(of: n1), try? await system.clusterView(of: n2),
        try? await system.clusterView(of: n3),
      ]
      return views.map { $0?.running } == [[n1], [n2, n3], [n2, n3]]
    }
    print("both sides saw the cut after \(ContinuousClock.now - begin)")
    #expect(down)
    probe = try await system.probe(ways(around: n1))
    #expect(probe.stalled == 4)
    #expect(probe.passedBytes == 0)
    #expect(try await system.probe(ways(around: n2)).stalled == 2)
    try await checkSidesOfThePartition()
    try await system.open(ways(around: n1))
    #expect(try await system.probe(ways(around: n1)).stalled == 0)
    let reported = await eventually {
      let one = (try? await system.clusterView(of: n1).partitioned) ?? []
      let two = (try? await system.clusterView(of: n2).partitioned) ?? []
      return !one.isEmpty || !two.isEmpty
    }
    print("the partition was reported \(ContinuousClock.now - begin) after the cut")
    #expect(reported)
    #expect(try await system.probe(ways(around: n1)).passedBytes > 0)
  }

  private func ways(around node: NodeID) -> [LinkWay] {
    let out = all.filter { $0 != node }.map { LinkWay(from: .node(node), to: .node($0)) }
    return out + out.map(\.reversed)
  }

  private func checkSidesOfThePartition() async throws {
    let system = try system
    var majority: [QueueState] = []
    let moved = await eventually {
      majority = (try? await system.queueStates(names, on: n2)) ?? []
      return majority.count == 3 && majority[1].leader.map { $0 != n1 } == true
        && majority[2].leader.map { $0 != n1 } == true
    }
    #expect(moved, "as n2 sees it: \(majority)")
    let begin = ContinuousClock.now
    let minority = try await system.queueStates(names, on: n1)
    print("queueStates on the isolated node: \(ContinuousClock.now - begin)")
    #expect(minority.map(\.name) == names)
    #expect(minority[1].leader == n1)
    #expect(minority[1].replicas.map(\.node) == [n1])
    #expect(minority[1].ready == 5)
    #expect(majority[0].leader == nil)
    #expect(majority[0].replicas.map(\.node) == [n1])
    #expect(majority[1].replicas.map(\.node).sorted() == [n2, n3])
    #expect(majority[1].replicas.allSatisfy { $0.depth == 5 })
  }

  @Test func killedNodeIsGoneAndComesBack() async throws {
    let system = try system
    let before = try #require(await system.processID(of: n1))
    try await system.kill(n1)
    #expect(await system.processID(of: n1) == nil)
    #expect(await !system.acceptsClients(n1))
    #expect(kill(before, 0) == -1)
    await #expect(throws: SystemFailure.self) { try await system.clusterView(of: n1) }
    await #expect(throws: SystemFailure.self) { try await system.queueStates(names, on: n1) }
    let begin = ContinuousClock.now
    try await system.launch(n1)
    await #expect(throws: SystemFailure.self) { try await system.launch(n1) }
    try await system.awaitBoot(n1) { print("retry: \($0)") }
    print("restart of a killed node: \(ContinuousClock.now - begin)")
    #expect(try #require(await system.processID(of: n1)) != before)
    var views: [ClusterView?] = []
    let agreed = await eventually {
      views = []
      for node in all { views.append(try? await system.clusterView(of: node)) }
      return views.allSatisfy { $0 == ClusterView(running: all, partitioned: []) }
    }
    #expect(agreed, "\(views)")
    #expect(try cluster.journal.entries.filter(\.isEndOfFirstNode).count == 2)
  }

  @Test func hungNodeDoesNotHoldQuestionsUp() async throws {
    let system = try system
    let pid = try #require(await system.processID(of: n3))
    let identity = try #require(host.identity(of: pid))
    host.signal(identity, SIGSTOP)
    let failure = await #expect(throws: SystemFailure.self) {
      try await system.queueStates(names, on: n3)
    }
    #expect(failure?.kind == .timedOut)
    let states = try await system.queueStates(["mirrored"], on: n2)
    host.signal(identity, SIGCONT)
    let replicas = try #require(states.first).replicas
    #expect(replicas.contains { $0.node == n2 && $0.online })
    #expect(replicas.allSatisfy { $0.node != n3 || (!$0.online && $0.depth == nil) })
  }

  @Test func stopLeavesNothingButTheLogs() async throws {
    let system = try system
    #expect(host.processes(marked: try cluster.token).count >= 5)
    let begin = ContinuousClock.now
    #expect(await system.stop() == [])
    print("stop: \(ContinuousClock.now - begin)")
    #expect(host.processes(marked: try cluster.token) == [])
    for node in all {
      #expect(await system.processID(of: node) == nil)
      #expect(!host.isDirectory(system.layout.places.dataDirectory(of: node)))
      let log = try #require(host.readText(system.layout.logFile(of: node)))
      #expect(log.contains("RabbitMQ"))
    }
    for port in system.layout.places.ports { try host.checkFree("0.0.0.0", port: port) }
  }
}

extension Undo {
  fileprivate var isEndOfFirstNode: Bool {
    if case .endProcess(_, what: "n1") = self { true } else { false }
  }
}
