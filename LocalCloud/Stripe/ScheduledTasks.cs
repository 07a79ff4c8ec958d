using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>Scheduled actions, stored like every object, so that a restart does not lose them.</summary>
internal static class ScheduledTasks
{
    public const string Kind = "_task";

    public static void Plan(StripeWork work, DateTimeOffset due, StripeTask task, string subject) => work.Put(new JsonObject
    {
        ["id"] = IdOf(task, subject),
        ["object"] = Kind,
        ["due_ms"] = due.ToUnixTimeMilliseconds(),
        ["task"] = task.ToString(),
        ["subject"] = subject,
    });

    public static void Cancel(StripeWork work, StripeTask task, string subject)
    {
        if (work.Find(IdOf(task, subject)) is { } planned)
        {
            work.Remove(planned);
        }
    }

    public static void Do(StripeWork work, JsonObject planned)
    {
        var subject = planned.Text("subject")!;
        switch (Enum.Parse<StripeTask>(planned.Text("task")!))
        {
            case StripeTask.ExpireSession:
                CheckoutSessions.Expire(work, work.Get(subject));
                break;
            case StripeTask.SettleBankDebit:
                BankPayment.Settle(work, work.Get(subject));
                break;
            case StripeTask.SucceedRefund:
                Refunds.Succeed(work, work.Get(subject));
                break;
            case StripeTask.FailRefund:
                Refunds.Fail(work, work.Get(subject), "expired_or_canceled_card");
                break;
            case StripeTask.DecideDispute:
                DisputeEvidence.Decide(work, work.Get(subject));
                break;
        }
    }

    private static string IdOf(StripeTask task, string subject) => $"task_{task}_{subject}";
}
