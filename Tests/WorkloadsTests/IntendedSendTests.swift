import Environment
import Harness
import Operations
import Testing
import Workloads

struct IntendedSendTests {
  private static func workload(_ settings: [(String, Int64)]) -> QueueWorkload {
    var parameters = WorkloadSettings(defaultsOf: QueueWorkload.parameters)
    for (name, value) in settings { parameters[name] = value }
    return QueueWorkload(seed: 7, parameters: parameters)
  }

  private static func publishers(_ workload: QueueWorkload) -> [ClientPlan] {
    let queue = QueueDescription(id: QueueID(0), name: "q", kind: .quorum)
    return workload.clients(nodes: [NodeID(1), NodeID(2)], queues: [queue])
      .filter { $0.description.role == .publisher }
  }

  @Test func itIsWhenTheGeneratorOffersTheMessage() throws {
    let workload = Self.workload([("publish-interval-ns", 3_000_000)])
    let loadBegan = Instant(nanoseconds: 12_345)
    for client in Self.publishers(workload) {
      guard case .publish(var generator) = client.behaviour else { continue }
      for sequence in 0..<50 as Range<UInt32> {
        let message = MessageID(client: client.description.id, sequence: sequence)
        let due = loadBegan + (try #require(workload.intendedSend(of: message)))
        var situation = Situation(
          now: loadBegan, loadBegan: loadBegan, outstanding: 0, isOpen: true)
        situation.now = Instant(nanoseconds: due.nanoseconds - 1)
        #expect(generator.next(in: situation) == .wait(until: due))
        situation.now = due
        guard case .invoke = generator.next(in: situation) else {
          Issue.record("message \(message) is not offered at \(due)")
          return
        }
      }
    }
    #expect(Self.publishers(workload).count == 2)
  }

  @Test func aWindowFixesNoTimes() {
    let workload = Self.workload([("publish-interval-ns", 0)])
    let message = MessageID(client: ClientID(0), sequence: 0)
    #expect(workload.intendedSend(of: message) == nil)
  }
}
