import Harness
import Operations
import Testing

@testable import Running

/// Which links each partition cuts.
@Suite struct PartitionLayoutTests {
  private func nodes(_ count: UInt32) -> [NodeID] { (1...count).map { NodeID($0) } }

  private func layout(_ count: UInt32, seed: UInt64 = 1) -> PartitionLayout {
    PartitionLayout(nodes: nodes(count), draws: TargetDraws(seed: seed, step: FaultID(0)))
  }

  /// Whom each node still hears and is heard by, itself included.
  private func sees(_ count: UInt32, _ cut: [LinkWay]) -> [[NodeID]] {
    nodes(count).map { node in
      nodes(count).filter { other in
        !cut.contains(LinkWay(from: .node(node), to: .node(other)))
          && !cut.contains(LinkWay(from: .node(other), to: .node(node)))
      }
    }
  }

  @Test func isolationCutsBothWaysBetweenTheSides() {
    let ways = layout(3).ways(of: .isolate(.all), target: [NodeID(2)])
    #expect(ways.count == 4)
    #expect(sees(3, ways) == [[1, 3], [2], [1, 3]].map { $0.map { NodeID($0) } })
    #expect(layout(3).ways(of: .isolate(.all), target: nodes(3)).isEmpty)
  }

  @Test func aOneWayCutLeavesTheWayBack() {
    let ways = layout(3).ways(of: .oneWay(.all, onlyStream: true), target: [NodeID(1)])
    #expect(
      ways == [2, 3].map { LinkWay(from: .node(NodeID(1)), to: .node(NodeID($0))) })
  }

  @Test(arguments: 0..<40 as Range<UInt64>) func aBridgeSeesBothHalves(seed: UInt64) {
    let ways = layout(5, seed: seed).ways(of: .bridge(.all), target: [NodeID(3)])
    let seen = sees(5, ways)
    #expect(seen[2] == nodes(5))
    for (index, others) in seen.enumerated() where index != 2 {
      #expect(others.count == 3, "\(seen)")
      #expect(others.contains(NodeID(3)))
    }
  }

  @Test(arguments: 4...9 as ClosedRange<UInt32>) func aRingGivesEveryNodeAMajorityOfItsOwn(
    count: UInt32
  ) {
    let ways = layout(count).ways(of: .ring, target: nodes(count))
    let seen = sees(count, ways)
    #expect(!ways.isEmpty)
    #expect(seen.allSatisfy { $0.count > count / 2 && $0.count < count })
    #expect(Set(seen).count == Int(count))
  }

  @Test func threeNodesAreTooFewForARing() {
    #expect(layout(3).ways(of: .ring, target: nodes(3)).isEmpty)
  }
}
