using Grpc.Core;
using ReelBallers.Jobs.V1;
using ReelBallers.Payments.V1;

namespace ReelBallers.Accounts.Tests;

// Numbers of the last day that is asked for, and of no other.
internal sealed partial class PaymentsStandIn
{
    public override Task<Payments.V1.GetFiguresResponse> GetFigures(Payments.V1.GetFiguresRequest request, ServerCallContext context) =>
        Task.FromResult(new Payments.V1.GetFiguresResponse
        {
            Days = { new PaymentDay { Day = request.LastDay, PaidCents = 500, RefundedCents = 100, DisputedCents = -50 } },
            PendingEvents = 1,
            PendingWalletCommands = 2,
            PendingGrants = 6,
            ParkedItems = 7,
        });
}

internal sealed partial class JobsStandIn
{
    public override Task<Jobs.V1.GetFiguresResponse> GetFigures(Jobs.V1.GetFiguresRequest request, ServerCallContext context) =>
        Task.FromResult(new Jobs.V1.GetFiguresResponse
        {
            Days =
            {
                new JobDay
                {
                    Day = request.LastDay, Completed = 4, Failed = 1, Cancelled = 9, TimedOut = 1, ProviderMicrodollars = 12_345,
                },
            },
            Queued = 3,
            Running = 4,
            DeadSteps = 5,
        });
}
