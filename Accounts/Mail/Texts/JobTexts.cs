namespace ReelBallers.Accounts;

/// <summary>The texts of mails about jobs and the balance.</summary>
internal static class JobTexts
{
    /// <param name="job">The job.</param>
    /// <param name="pageUrl">The app's page of the job, which asks for the user: no link in a mail opens a file.</param>
    public static MailText Finished(JobDetails job, string pageUrl) => Facts(
        new MailText("Your video is ready", "Watch and download it in the app.")
            .Say("Your video is ready: watch and download it in the app.")
            .Button("Open the video", pageUrl),
        job,
        ("Charged", Wording.Credits(job.CostCents - job.RefundedCents)));

    /// <param name="job">The job.</param>
    /// <param name="pageUrl">The app's page of the job.</param>
    public static MailText Failed(JobDetails job, string pageUrl) => Facts(
        new MailText("Your video could not be made", $"You were not charged: {Wording.Credits(job.RefundedCents)} were returned.")
            .Say($"Your video could not be made. You were not charged: {Wording.Credits(job.RefundedCents)} were returned to your wallet.")
            .Button("Open the job", pageUrl),
        job,
        ("Reason", job.Error.Length == 0 ? "not known" : job.Error),
        ("Returned", Wording.Credits(job.RefundedCents)));

    /// <param name="balance">The balance.</param>
    /// <param name="appUrl">The app's page.</param>
    public static MailText LowBalance(BalanceDetails balance, string appUrl) =>
        new MailText($"{Wording.Credits(balance.BalanceCents)} left", "Buy more before the next job needs them.")
            .Say($"Your balance has fallen below {Wording.Credits(balance.ThresholdCents)}: {Wording.Credits(balance.BalanceCents)} are "
                + "left.")
            .Button("Buy credits", appUrl)
            .List(("When", Wording.Time(balance.At)));

    private static MailText Facts(MailText text, JobDetails job, params (string Name, string Value)[] facts) =>
        text.List([("Job", job.JobId.ToString()), ("Type", job.Type), .. facts, ("When", Wording.Time(job.At))]);
}
