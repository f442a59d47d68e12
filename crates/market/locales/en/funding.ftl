# Funding that came too late.
error-funding-refunded = The contract was ended meanwhile. Your payment goes back to where it came from.
