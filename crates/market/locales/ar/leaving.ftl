# When a member is to leave.
error-member-has-contracts = هناك عقود سارية أو عروض مفتوحة، ويجب إنهاؤها أو إلغاؤها أو رفضها أولًا.
