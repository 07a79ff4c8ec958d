namespace ReelBallers.Payments;

/// <summary>Tries what was set aside again, once its pause is over.</summary>
internal sealed class ParkedComparison(ReversalComparison reversals)
{
    private const int AtOnce = 200;

    public async Task DueAsync(StepRun run)
    {
        foreach (var sessionId in await DueAsync(run, ParkedKind.Session))
        {
            await SessionComparison.RepairAsync(run, sessionId);
        }
        foreach (var paymentIntentId in await DueAsync(run, ParkedKind.Payment))
        {
            await reversals.RepairAsync(run, "parked", paymentIntentId, paymentIntentId);
        }
    }

    private static Task<List<string>> DueAsync(StepRun run, ParkedKind kind) => run.InScopeAsync(
        services => services.GetRequiredService<ParkedItems>().DueAsync(kind, AtOnce, run.CancellationToken));
}
