import Hosts
import Harness

/// Finds addresses and ports that no other run and no other program uses.
struct AddressBlock {
  var plan: ClusterPlan
  var directory: String
  var token: String

  /// Claims the addresses 127.<octet>.x.y, or a free block if `octet` is nil. Other runs try the
  /// same claim first, so that two runs never share a block.
  func claim(
    octet: Int?
  ) throws(SystemFailure) -> (layout: RabbitMQLayout, claim: AddressClaim) {
    if let octet {
      guard RabbitMQLayout.octets.contains(octet) else {
        throw SystemFailure(
          .failed,
          "addresses 127.\(octet).x.y: use \(RabbitMQLayout.octets.lowerBound) to "
            + "\(RabbitMQLayout.octets.upperBound)")
      }
      return try claimed(layout(octet))
    }
    let octets = Array(RabbitMQLayout.octets)
    let start = Int(Fingerprint.hash(token) % UInt64(octets.count))
    var last = SystemFailure(.addressInUse, "")
    for octet in octets[start...] + octets[..<start] {
      do throws(SystemFailure) {
        return try claimed(layout(octet))
      } catch {
        last = error
      }
    }
    throw SystemFailure(
      last.kind, "no free block of addresses 127.x.y.z for a run; the last try: \(last)")
  }

  private func layout(_ octet: Int) -> RabbitMQLayout {
    RabbitMQLayout(octet: octet, nodeCount: plan.nodes, directory: directory)
  }

  private func claimed(
    _ layout: RabbitMQLayout
  ) throws(SystemFailure) -> (RabbitMQLayout, AddressClaim) {
    let host = LocalHost()
    let claim = try host.claim(layout.claim.host, port: layout.claim.port)
    do {
      // Erlang's ports have to be free on every address: RabbitMQ checks that when it boots.
      for port in layout.ports { try host.checkFree("0.0.0.0", port: port) }
    } catch {
      claim.release()
      throw error
    }
    return (layout, claim)
  }
}
