namespace ReelBallers.EndToEnd.Tests;

/// <summary>The journey of a user who has signed in, as the mailbox tells it.</summary>
[Collection(nameof(Stack))]
public sealed class MailTests(Stack stack)
{
    [Fact]
    public async Task A_signed_in_user_gets_a_receipt_and_a_mail_when_the_video_is_ready()
    {
        using var user = await User.ArriveAsync(stack);
        var email = $"{Guid.NewGuid():N}@example.com";
        // What was paid before the address was known.
        await user.TopupAsync(500);
        await user.PostAsync("/api/auth/link", new { email });
        var signedIn = await user.PostAsync("/api/auth/link/confirm", new { token = await stack.SignInTokenAsync(email) });
        user.Use(signedIn.GetProperty("token").GetString()!);
        await stack.MailAsync(email, "Receipt: $5.00 for 500 credits");

        var (_, checkoutUrl) = await user.StartTopupAsync(700);
        await User.PayAsync(checkoutUrl, "4242424242424242");
        var receipt = await stack.MailAsync(email, "Receipt: $7.00 for 700 credits");
        Assert.Contains("Receipt: http", receipt.GetProperty("text").GetString(), StringComparison.Ordinal);

        var job = await user.ExportAsync(await user.UploadClipAsync(320, 180, seconds: 1));
        var ready = await stack.MailAsync(email, "Your video is ready");
        Assert.Contains($"/#job-{job}\n", ready.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            ["Sign in to ReelBallers", "Receipt: $5.00 for 500 credits", "Receipt: $7.00 for 700 credits", "Your video is ready"],
            (await stack.MailsAsync(email)).Select(mail => mail.GetProperty("subject").GetString()));
    }
}
