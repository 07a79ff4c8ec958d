using System.Buffers.Text;
using Fido2NetLib;
using Fido2NetLib.Objects;
using Microsoft.Extensions.Options;
using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>
/// What WebAuthn calls a relying party: the app, by its public URL alone. It writes what browsers are asked for, and verifies what they
/// answer. Nothing in here waits for anything, and the counter of signatures is the caller's to compare.
/// </summary>
internal sealed partial class RelyingParty
{
    private const string KeyType = "public-key";
    private const string Required = "required";

    // ES256, which all authenticators can, and RS256 for those of Windows.
    private static readonly PubKeyCredParam[] Keys = [PubKeyCredParam.ES256, PubKeyCredParam.RS256];

    private readonly string _origin;
    private readonly string _id;
    private readonly Fido2Configuration _configuration;
    private readonly Fido2 _fido2;
    private readonly ILogger<RelyingParty> _logger;

    public RelyingParty(IOptions<AppOptions> app, ILogger<RelyingParty> logger)
    {
        var url = new Uri(app.Value.BaseUrl);
        (_origin, _id, _logger) = (url.GetLeftPart(UriPartial.Authority), url.IdnHost, logger);
        _configuration = new Fido2Configuration
        {
            RPID = _id,
            RPName = MailText.AppName,
            Origins = new HashSet<string> { _origin },
        };
        _fido2 = new Fido2(_configuration);
    }

    /// <summary>
    /// What the authenticator is told about the owner, and tells in each assertion: the user id, and nothing of the person.
    /// </summary>
    public static byte[] UserHandleOf(Guid userId) => userId.ToByteArray(bigEndian: true);

    /// <summary>What a browser is asked for to make a passkey.</summary>
    /// <param name="challenge">Of the request.</param>
    /// <param name="userId">Whose it is to be.</param>
    /// <param name="email">What the authenticator shows.</param>
    /// <param name="known">The passkeys that the account has: their authenticators make no second one.</param>
    public CreationOptions ToCreate(PasskeyChallenge challenge, Guid userId, string email, IEnumerable<byte[]> known) => new(
        new RelyingPartyEntity(_id, MailText.AppName),
        new UserEntity(Base64Url.EncodeToString(UserHandleOf(userId)), email, email),
        Base64Url.EncodeToString(challenge.Challenge),
        [.. Keys.Select(key => new KeyParameters(KeyType, (int)key.Alg))],
        (int)PasskeyChallenge.Lifetime.TotalMilliseconds,
        [.. known.Select(id => new CredentialDescriptor(KeyType, Base64Url.EncodeToString(id)))],
        new AuthenticatorRequirements(Required, RequireResidentKey: true, Required),
        "none");

    /// <summary>What a browser is asked for to sign in: with any passkey of this app, which names its owner itself.</summary>
    public RequestOptions ToSignIn(PasskeyChallenge challenge) => new(
        Base64Url.EncodeToString(challenge.Challenge), (int)PasskeyChallenge.Lifetime.TotalMilliseconds, _id, [], Required);

    /// <summary>Verifies a new passkey.</summary>
    /// <returns>Null when it is not one of this app, or was made without the user's verification.</returns>
    public async Task<RegisteredPublicKeyCredential?> VerifyAsync(
        PasskeyAttestation attestation, ClientData clientData, Guid userId, CancellationToken cancellationToken)
    {
        if (!IsOurs(clientData) || AttestationObject.WithoutStatement(attestation.AttestationObject) is not { } bytes)
        {
            return null;
        }
        var options = CredentialCreateOptions.Create(
            _configuration, clientData.Challenge, new Fido2User { Id = UserHandleOf(userId), Name = "", DisplayName = "" },
            new AuthenticatorSelection
            {
                ResidentKey = ResidentKeyRequirement.Required,
                UserVerification = UserVerificationRequirement.Required,
            },
            AttestationConveyancePreference.None, [], extensions: null, Keys);
        var answer = new AuthenticatorAttestationRawResponse
        {
            Id = Base64Url.EncodeToString(attestation.CredentialId),
            RawId = attestation.CredentialId,
            Type = PublicKeyCredentialType.PublicKey,
            Response = new AuthenticatorAttestationRawResponse.AttestationResponse
            {
                AttestationObject = bytes,
                ClientDataJson = attestation.ClientDataJson,
                Transports = [],
            },
            ClientExtensionResults = new AuthenticationExtensionsClientOutputs(),
        };
        var credential = await TryAsync(() => _fido2.MakeNewCredentialAsync(
            new MakeNewCredentialParams
            {
                AttestationResponse = answer,
                OriginalOptions = options,
                // The database decides on it.
                IsCredentialIdUniqueToUserCallback = (_, _) => Task.FromResult(true),
            },
            cancellationToken));
        return credential is { Id.Length: > 0, PublicKey.Length: <= Passkey.MaxPublicKeyBytes }
            && credential.Id.AsSpan().SequenceEqual(attestation.CredentialId) ? credential : null;
    }

    /// <summary>Verifies a signature of a passkey.</summary>
    /// <returns>
    /// What the authenticator has counted up to; null when the signature is not valid for this app and the passkey's owner.
    /// </returns>
    public async Task<long?> VerifyAsync(
        PasskeyAssertion assertion, ClientData clientData, Passkey passkey, CancellationToken cancellationToken)
    {
        if (!IsOurs(clientData) || !assertion.UserHandle.AsSpan().SequenceEqual(UserHandleOf(passkey.UserId)))
        {
            return null;
        }
        var options = AssertionOptions.Create(
            _configuration, clientData.Challenge, [], UserVerificationRequirement.Required, extensions: null);
        var answer = new AuthenticatorAssertionRawResponse
        {
            Id = Base64Url.EncodeToString(assertion.CredentialId),
            RawId = assertion.CredentialId,
            Type = PublicKeyCredentialType.PublicKey,
            Response = new AuthenticatorAssertionRawResponse.AssertionResponse
            {
                AuthenticatorData = assertion.AuthenticatorData,
                ClientDataJson = assertion.ClientDataJson,
                Signature = assertion.Signature,
                UserHandle = assertion.UserHandle,
            },
            ClientExtensionResults = new AuthenticationExtensionsClientOutputs(),
        };
        var result = await TryAsync(() => _fido2.MakeAssertionAsync(
            new MakeAssertionParams
            {
                AssertionResponse = answer,
                OriginalOptions = options,
                StoredPublicKey = passkey.PublicKey,
                // The caller compares it, under the lock of the row.
                StoredSignatureCounter = 0,
                IsUserHandleOwnerOfCredentialIdCallback = (_, _) => Task.FromResult(true),
            },
            cancellationToken));
        return result?.SignCount;
    }

    // As it is written, so that no parser can see another origin in it. The library looks at what else the browser says.
    private bool IsOurs(ClientData clientData) => clientData.Origin == _origin;

    // The library has an exception of its own for what it checks, and those of its readers and of the keys for bytes that are neither.
    private async Task<T?> TryAsync<T>(Func<Task<T>> verify)
        where T : class
    {
        try
        {
            return await verify();
        }
        catch (Exception rejection) when (rejection is not OperationCanceledException)
        {
            LogRejected(_logger, rejection);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Information, "The answer of an authenticator was rejected")]
    private static partial void LogRejected(ILogger logger, Exception rejection);
}
