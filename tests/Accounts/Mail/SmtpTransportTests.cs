using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ReelBallers.TestKit;
using SmtpServer.Protocol;

namespace ReelBallers.Accounts.Tests;

/// <summary>What becomes of a mail by SMTP, and what the server gets to know.</summary>
public sealed class SmtpTransportTests
{
    private static readonly MailContent Mail = new("Grüße", "A text.", "<p>A text.</p>");

    [Fact]
    public async Task A_mail_arrives_as_text_and_as_HTML_with_the_same_id_each_time()
    {
        await using var server = new SmtpTestServer();
        var mailId = Guid.NewGuid();
        await SendAsync(server, user: SmtpTestServer.UserName, mailId: mailId);
        await SendAsync(server, user: SmtpTestServer.UserName, mailId: mailId);
        Assert.Equal(2, server.Messages.Count);
        Assert.All(server.Messages, message =>
        {
            Assert.Equal("ReelBallers <no-reply@example.com>", message.From.ToString().Replace("\"", "", StringComparison.Ordinal));
            Assert.Equal("person@example.com", message.To.ToString());
            Assert.Equal((Mail.Subject, Mail.Text, Mail.Html), (message.Subject, message.TextBody?.TrimEnd(), message.HtmlBody?.TrimEnd()));
            Assert.Equal($"{mailId}@example.com", message.MessageId);
        });
        Assert.Equal((SmtpTestServer.UserName, SmtpTestServer.Password), server.SignIns[0]);
    }

    [Theory]
    [InlineData(SmtpReplyCode.TransactionFailed, true)]
    [InlineData(SmtpReplyCode.SizeLimitExceeded, true)]
    [InlineData(SmtpReplyCode.ServiceUnavailable, false)]
    [InlineData(SmtpReplyCode.InsufficientStorage, false)]
    [InlineData(SmtpReplyCode.AuthenticationRequired, false)]
    public async Task A_mail_that_is_rejected_for_good_is_told_from_one_that_may_be_sent_later(SmtpReplyCode code, bool isRejected)
    {
        await using var server = new SmtpTestServer { Response = new SmtpResponse(code, "person@example.com is not liked") };
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => SendAsync(server));
        Assert.Equal(isRejected, failure is MailRejectedException);
        Assert.Equal(!isRejected, failure is MailUnavailableException);
        Assert.Contains($"{(int)code}", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("person", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recipient_that_is_rejected_for_good_has_no_second_attempt()
    {
        await using var server = new SmtpTestServer { IsRecipientAccepted = false };
        await Assert.ThrowsAsync<MailRejectedException>(() => SendAsync(server));
        Assert.Equal(1, server.Sessions);
    }

    [Fact]
    public async Task A_wrong_password_is_the_operators_fault_and_not_the_mails()
    {
        await using var server = new SmtpTestServer();
        var failure = await Assert.ThrowsAsync<MailUnavailableException>(
            () => SendAsync(server, user: SmtpTestServer.UserName, password: "another-password"));
        Assert.Contains("Smtp:Password", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("another-password", failure.ToString(), StringComparison.Ordinal);
        Assert.Empty(server.Messages);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_sent_without_encryption_or_to_a_server_that_nothing_vouches_for(bool hasCertificate)
    {
        using var certificate = SmtpTestServer.SelfSigned();
        await using var server = new SmtpTestServer(hasCertificate ? certificate : null);
        await Assert.ThrowsAsync<MailUnavailableException>(
            () => SendAsync(server, security: "starttls", user: SmtpTestServer.UserName));
        Assert.Equal(1, server.Sessions);
        Assert.Empty(server.SignIns);
        Assert.Empty(server.Messages);
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_or_does_not_answer_is_an_outage()
    {
        await Assert.ThrowsAsync<MailUnavailableException>(() => SendAsync(TestPort.Take()));

        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var clock = new ManualClock();
        var sending = SendAsync(((System.Net.IPEndPoint)silent.LocalEndpoint).Port, clock: clock);
        using var connection = await silent.AcceptTcpClientAsync();
        clock.Advance(TimeSpan.FromSeconds(11));
        var failure = await Assert.ThrowsAsync<MailUnavailableException>(() => sending.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("in time", failure.Message, StringComparison.Ordinal);
    }

    private static Task SendAsync(
        SmtpTestServer server, string security = "none", string user = "", string password = SmtpTestServer.Password,
        Guid? mailId = null) =>
        SendAsync(server.Port, security, user, password, mailId);

    private static async Task SendAsync(
        int port, string security = "none", string user = "", string password = "", Guid? mailId = null, TimeProvider? clock = null)
    {
        var options = new SmtpOptions { Host = "127.0.0.1", Port = port, Security = security, UserName = user, Password = password };
        var transport = new SmtpTransport(
            Options.Create(options), Options.Create(new MailOptions { From = "ReelBallers <no-reply@example.com>" }),
            clock ?? TimeProvider.System, NullLogger<SmtpTransport>.Instance);
        await transport.SendAsync(mailId ?? Guid.NewGuid(), "person@example.com", Mail, CancellationToken.None);
    }
}
