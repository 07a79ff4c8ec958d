using Microsoft.EntityFrameworkCore;
using ReelBallers.Operations.V1;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Payments;

/// <summary>What needs an operator: the queries behind <see cref="ConditionsService"/>.</summary>
internal static class PaymentConditions
{
    /// <summary>From this attempt on, access that is not given is told while it is still tried.</summary>
    private const int ToldAttempts = 3;

    private static readonly GrantState[] Tried = [GrantState.Pending, GrantState.Revoking];
    private static readonly GrantState[] Tasks = [GrantState.Manual, GrantState.ManualRevoke];
    private static readonly GrantState[] Dead = [GrantState.Failed, GrantState.RevokeFailed];

    public static void AddPaymentConditions(this IServiceCollection services)
    {
        services.AddConditions<PaymentsDbContext>(ConditionKinds.DeadPaymentEvent, (database, _) => database.Events
            .Where(row => row.State == EventState.Dead).OrderByDescending(row => row.ReceivedAt)
            .Select(row => new OpenCondition(
                row.Id, $"Event {row.Id} ({row.Type}) is not tried any more: {row.Outcome}. {row.Error}", row.ReceivedAt)));
        services.AddConditions<PaymentsDbContext>(ConditionKinds.ParkedItem, (database, _) => database.ParkedItems
            .Where(row => row.DismissedAt == null).OrderByDescending(row => row.ParkedAt)
            .Select(row => new OpenCondition(
                $"{(short)row.Kind}/{row.Id}/{row.Reason}",
                $"{row.Kind} {row.Id} is set aside, in the queue parked of the dead letters: {row.Reason}. {row.Detail}",
                row.ParkedAt)));
        services.AddConditions<PaymentsDbContext>(ConditionKinds.DisputeDue, (database, _) => database.Reversals
            .Where(row => row.Kind == ReversalKind.Dispute && ReversalRules.TakesEvidence.Contains(row.Status))
            .OrderByDescending(row => row.UpdatedAt)
            .Select(row => new OpenCondition(
                row.Id, $"Dispute {row.Id} of {row.AmountCents} cents takes evidence{Until(row.EvidenceDueBy)} ({row.Status}): "
                    + $"POST /api/admin/disputes/{row.Id}/evidence.",
                row.UpdatedAt)));
        services.AddGrantConditions();
    }

    private static void AddGrantConditions(this IServiceCollection services)
    {
        services.AddConditions<PaymentsDbContext>(ConditionKinds.DeadGrant, (database, _) => database.Grants
            .Where(row => Dead.Contains(row.State)).OrderByDescending(row => row.UpdatedAt)
            .Select(row => new OpenCondition(
                $"{row.Id}/{(short)row.State}", $"Grant {row.Id} of {row.Name} is not tried any more ({row.State}): {row.Error}",
                row.UpdatedAt)));
        services.AddConditions<PaymentsDbContext>(ConditionKinds.ManualTask, (database, _) => database.Grants
            .Where(row => Tasks.Contains(row.State)).OrderByDescending(row => row.UpdatedAt)
            .Select(row => new OpenCondition(
                $"{row.Id}/{(short)row.State}", $"Grant {row.Id} of {row.Name} is to be done by hand ({row.State}): {row.Error}",
                row.UpdatedAt)));
        // An attempt that is being made has not failed yet.
        services.AddConditions<PaymentsDbContext>(ConditionKinds.ProvisioningFailed, (database, _) => database.Grants
            .Where(row => Tried.Contains(row.State) && !row.IsWaitingForSession && row.Error != null
                && row.Attempts - (row.LeaseId == null ? 0 : 1) >= ToldAttempts)
            .OrderByDescending(row => row.UpdatedAt)
            .Select(row => new OpenCondition(
                $"{row.Id}/{(short)row.State}", $"Grant {row.Id} of {row.Name} has failed {ToldAttempts} times ({row.State}): {row.Error}",
                row.UpdatedAt)));
        services.AddConditions<PaymentsDbContext>(ConditionKinds.SessionRejected, (database, _) => database.Grants
            .Where(row => Tried.Contains(row.State) && row.IsWaitingForSession)
            .GroupBy(_ => 1).OrderBy(all => all.Key)
            .Select(all => new OpenCondition(
                "session", $"The outside system rejects our session; {all.Count()} grants wait for a new one.",
                all.Min(row => row.UpdatedAt))));
    }

    private static string Until(DateTimeOffset? dueBy) => dueBy is { } due ? $" until {due.UtcDateTime:d MMMM yyyy, HH:mm} UTC" : "";
}
