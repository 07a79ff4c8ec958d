using ReelBallers.Operations.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Wallet;

/// <summary>Tells operators of inconsistencies in the ledger, of all its databases.</summary>
internal sealed class FindingConditions(Shards shards) : IConditionSource
{
    public string Kind => ConditionKinds.AuditFinding;

    public async Task<IReadOnlyList<OpenCondition>> ListAsync(int limit, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(shards.All.Select(shard =>
            shard.Services.GetRequiredService<AuditFindings>().NewestAsync(limit, cancellationToken)));
        return
        [
            .. found.SelectMany(findings => findings).OrderByDescending(finding => finding.FoundAt).Take(limit)
                .Select(finding => new OpenCondition(
                    $"{finding.UserId}/{finding.Code}/{finding.Sequence}",
                    $"The ledger of {finding.UserId} is inconsistent: {finding.Code} at transfer {finding.Sequence}. {finding.Detail}",
                    finding.FoundAt)),
        ];
    }
}
